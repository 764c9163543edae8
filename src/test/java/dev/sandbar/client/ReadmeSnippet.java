package dev.sandbar.client;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** The Java of the README, as a method of a class. */
final class ReadmeSnippet {

    private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final String FRAME = """
            import dev.sandbar.client.*;
            import java.net.URI;
            import java.time.Duration;
            import reactor.core.publisher.*;
            public class Snippet {
                public static void run(String url, String key) {
            %s
                }
            }
            """;

    private ReadmeSnippet() {}

    /** Compiles it into this directory; empty, or what the compiler has said. */
    static String compile(Path directory) throws IOException {
        Matcher block = BLOCK.matcher(Files.readString(Path.of("README.md")));
        if (!block.find()) throw new IllegalStateException("The README holds no Java");
        Path source = Files.writeString(directory.resolve("Snippet.java"), FRAME.formatted(block.group(1)));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        List<String> options =
                List.of("-proc:none", "-d", directory.toString(), "-cp", System.getProperty("java.class.path"));
        var files = compiler.getStandardFileManager(null, null, null).getJavaFileObjects(source);
        boolean good = compiler.getTask(said, null, null, options, null, files).call();
        return good ? "" : said.toString();
    }

    static void run(Path directory, String url, String key) throws Exception {
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {directory.toUri().toURL()})) {
            loader.loadClass("Snippet")
                    .getMethod("run", String.class, String.class)
                    .invoke(null, url, key);
        }
    }
}
