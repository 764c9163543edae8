package dev.sandbar.runtime.channel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;

/** The real agent in a process namespace of its own, so that it can't reach anybody else; without further isolation. */
final class AgentProcess implements AutoCloseable {

    private static final String LISTEN = "$^F = 255; use Socket; socket(S, AF_UNIX, SOCK_STREAM, 0) or die; "
            + "bind(S, sockaddr_un($ARGV[0])) or die $!; listen(S, 128) or die; "
            + "exec $ARGV[1], 'serve', '--mark', 'test', '--ids', 'single', '--listen', fileno(S)";

    private final Path socket;
    private final Process process;

    AgentProcess(Path directory) throws IOException {
        socket = directory.resolve("agent.sock");
        Path program = Path.of("target/classes/dev/sandbar/native", machine(), "sandbar-agent");
        process = new ProcessBuilder(
                        "unshare",
                        "--user",
                        "--map-root-user",
                        "--pid",
                        "--fork",
                        "--kill-child",
                        "perl",
                        "-e",
                        LISTEN,
                        socket.toString(),
                        program.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> Files.exists(socket));
    }

    Path socket() {
        return socket;
    }

    /** The agent's process on the host. */
    ProcessHandle handle() {
        return process.descendants().findFirst().orElseThrow();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }

    private static String machine() {
        String arch = System.getProperty("os.arch", "amd64");
        return arch.equals("amd64") ? "x86_64" : arch;
    }
}
