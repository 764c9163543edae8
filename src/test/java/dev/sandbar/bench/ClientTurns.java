package dev.sandbar.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The loop of ComputeSDK's public benchmark with its own unmodified client, from the creation to the answer of the first
 * command; beside it the same calls without a client.
 */
final class ClientTurns {

    private static final Path SUITE = Path.of("src", "test", "e2e");
    private static final List<String> COMMAND = List.of("/bin/bash", "-l", "-c", "node -v || echo no node");
    private static final int WARM_UP = 10;

    private final Target target;

    ClientTurns(Target target) {
        this.target = target;
    }

    Row measure() throws IOException, InterruptedException {
        String what = "ComputeSDK: create, run a command";
        if (!Files.isDirectory(SUITE.resolve("node_modules"))) {
            return Row.note(what, "not measured", "make test installs it");
        }
        return Row.compared(what, client(), calls());
    }

    private Samples client() throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        "node", "walks/turns.mjs", String.valueOf(WARM_UP), String.valueOf(target.times(20, 100))))
                .directory(SUITE.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        String address = target.address().toString();
        builder.environment().put("E2B_API_URL", address);
        builder.environment().put("E2B_SANDBOX_URL", address);
        builder.environment().put("E2B_API_KEY", target.key());
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) throw new IOException("the client ended with " + process.exitValue());
        Samples times = new Samples();
        said.lines().mapToDouble(Double::parseDouble).forEach(times::add);
        return times;
    }

    private Samples calls() throws IOException {
        Samples times = new Samples();
        try (Api api = target.connect()) {
            for (int i = 0; i < WARM_UP + target.times(20, 100); i++) {
                long start = System.nanoTime();
                Api.Handle sandbox = api.create();
                api.run(sandbox, COMMAND);
                if (i >= WARM_UP) times.addMillisSince(start);
                api.kill(sandbox);
            }
        }
        return times;
    }
}
