package dev.sandbar.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.e2e.ServiceProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees at the start, of the runnable jar itself. */
class StartIT {

    @TempDir
    Path directory;

    @Test
    void readyServicePrintsWhatTheFirstSandboxNeeds() throws IOException {
        try (ServiceProcess service = new ServiceProcess(directory, Map.of(), ServiceProcess.BRIEF)) {
            String url = service.address().toString();
            assertThat(service.output())
                    .containsPattern("Sandbar is ready in \\d+\\.\\d s on " + url)
                    .contains("isolation   ")
                    .contains("export E2B_API_KEY=$(cat '" + directory.resolve("data/api-key") + "')")
                    .contains("export E2B_API_URL=" + url)
                    .contains("export E2B_SANDBOX_URL=" + url);
            assertThat(directory.resolve("data/api-key")).content().startsWith("e2b_");
            assertThat(service.output())
                    .doesNotContain(
                            Files.readString(directory.resolve("data/api-key")).strip());
        }
    }

    @Test
    void takenPortEndsTheStartInOneSentence() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            assertRefused(Map.of("SANDBAR_PORT", port), List.of(), "Port " + port + " is taken");
        }
    }

    @Test
    void dataDirectoryInUseEndsTheStartInOneSentence() throws Exception {
        try (ServiceProcess first = new ServiceProcess(directory, Map.of(), ServiceProcess.BRIEF)) {
            assertThat(first.address()).isNotNull();
            assertRefused(Map.of(), List.of(), "in use by another instance");
        }
    }

    @Test
    void dataDirectoryThatCantBeWrittenEndsTheStartInOneSentence() throws Exception {
        assertRefused(Map.of("SANDBAR_DATA", "/proc/sandbar"), List.of(), "can't be written to");
    }

    @Test
    void portThatIsNoNumberEndsTheStartInOneSentence() throws Exception {
        assertRefused(Map.of("SANDBAR_PORT", "many"), List.of(), "server.port");
    }

    @Test
    void hostWithoutUserNamespacesEndsTheStartWithTheFix() throws Exception {
        String script = "echo 0 > /proc/sys/user/max_user_namespaces && exec \"$0\" \"$@\"";
        assertRefused(Map.of(), List.of("unshare", "-U", "-r", "sh", "-c", script), "sysctl");
    }

    private void assertRefused(Map<String, String> settings, List<String> prefix, String why) throws Exception {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx256m", "-jar", System.getProperty("sandbar.jar", "")));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("SANDBAR_PORT", "0");
        builder.environment().put("SANDBAR_DATA", directory.resolve("data").toString());
        builder.environment().putAll(settings);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(output.lines())
                .as(output)
                .singleElement()
                .asString()
                .startsWith("sandbar: ")
                .contains(why);
        assertThat(process.exitValue()).isEqualTo(1);
    }
}
