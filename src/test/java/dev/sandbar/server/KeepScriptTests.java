package dev.sandbar.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code keep.sh}, by which {@code make run} starts the service. */
class KeepScriptTests {

    private static final long LIMIT_SECONDS = 20;

    @TempDir
    Path directory;

    /** Notes its process id, and does something else the first time. */
    private Process keep(String first, String later) throws IOException {
        String script = "echo $$ >> pids; if [ ! -e again ]; then touch again; " + first + "; fi; " + later;
        return new ProcessBuilder(
                        "env",
                        "--default-signal=INT", // ignored by what a shell runs in the background, and handed on
                        Path.of("src/main/sh/keep.sh").toAbsolutePath().toString(),
                        "sh",
                        "-c",
                        script)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
    }

    private List<String> pids() throws IOException {
        Path pids = directory.resolve("pids");
        return Files.exists(pids) ? Files.readAllLines(pids) : List.of();
    }

    private static int status(Process keeper) throws InterruptedException {
        assertThat(keeper.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        return keeper.exitValue();
    }

    private void started(int times) {
        Awaitility.await().until(() -> pids().size() == times);
    }

    @ParameterizedTest
    @ValueSource(strings = {"exit 3", "kill -KILL $$", "kill -ABRT $$", "kill -SEGV $$"})
    void whatEndsByALackOfMemoryOrByNobodysWishIsStartedAgain(String end) throws Exception {
        assertThat(status(keep(end, "exit 7"))).isEqualTo(7);
        assertThat(pids()).hasSize(2);
        assertThat(Files.readString(directory.resolve("log"))).contains("starts again in 0 s");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 143})
    void anyOtherEndIsItsOwn(int status) throws Exception {
        assertThat(status(keep("exit " + status, "exit 7"))).isEqualTo(status);
        assertThat(pids()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "HUP"})
    void aSignalEndsBothAndStartsNothing(String signal) throws Exception {
        Process keeper = keep("trap 'touch ended; exit 143' TERM; while :; do sleep 0.05; done", "exit 7");
        started(1);
        new ProcessBuilder("kill", "-" + signal, Long.toString(keeper.pid()))
                .start()
                .waitFor();
        assertThat(status(keeper)).isEqualTo(143);
        assertThat(directory.resolve("ended")).exists();
        assertThat(pids()).hasSize(1);
    }

    @Test
    void aSignalDuringAPauseEndsItToo() throws Exception {
        Process keeper = keep("exit 3", "exit 3");
        started(3); // the pauses are 0, 1 and 2 seconds
        keeper.destroy();
        assertThat(status(keeper)).isEqualTo(3);
    }

    @Test
    void nothingIsLeftOfTheServiceWhenTheScriptIsKilled() throws Exception {
        Process keeper = keep("while :; do sleep 0.05; done", "exit 7");
        started(1);
        long service = Long.parseLong(pids().get(0));
        keeper.destroyForcibly();
        assertThat(status(keeper)).isEqualTo(137);
        Awaitility.await()
                .until(() ->
                        ProcessHandle.of(service).filter(ProcessHandle::isAlive).isEmpty());
        assertThat(pids()).hasSize(1);
    }
}
