package dev.sandbar.runtime.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A service in a process of its own, that a test can kill. */
final class ServiceProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader said;

    /** @param task {@code start ID...}, or {@code churn}: starts and destroys for ever */
    ServiceProcess(LocalSettings settings, String task) throws IOException {
        this(List.of(), settings, task);
    }

    private ServiceProcess(List<String> wrapper, LocalSettings settings, String task) throws IOException {
        List<String> line = new ArrayList<>(wrapper);
        line.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ServiceProcess.class.getName(),
                settings.instance(),
                task));
        process = new ProcessBuilder(line)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** With processes of its own, all of which end with it. */
    static ServiceProcess inAContainer(LocalSettings settings, String task) throws IOException {
        return new ServiceProcess(
                List.of("unshare", "--pid", "--fork", "--mount-proc", "--kill-child"), settings, task);
    }

    String line() throws IOException {
        return String.valueOf(said.readLine());
    }

    void awaitLine(String wanted) throws IOException {
        for (String line; (line = said.readLine()) != null; ) {
            if (line.equals(wanted)) return;
        }
        throw new IOException("the service ended");
    }

    /** SIGKILL, without waiting for anything that it has begun. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() throws IOException {
        kill();
        said.close();
    }

    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true);
        LocalHarness local = new LocalHarness(LocalHarness.settings(arguments[0]));
        if (arguments[1].equals("churn")) {
            out.println("begun");
            AtomicInteger next = new AtomicInteger();
            Flux.range(0, Integer.MAX_VALUE)
                    .flatMap(i -> churn(local, "c" + next.incrementAndGet()), 6)
                    .blockLast();
        }
        Arrays.stream(arguments[1].split(" ", -1)).skip(1).forEach(local::start);
        out.println("begun");
        out.println(local.runtime.handle());
        Mono.never().block();
    }

    private static Mono<Void> churn(LocalHarness local, String id) {
        return local.runtime.start(LocalHarness.spec(id)).then(local.runtime.destroy(id));
    }
}
