package dev.sandbar.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.e2e.ServiceProcess;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections that are used for one request after the other. */
class KeepAliveIT {

    private static final int TIMES = 400;

    /** The first of each pair is answered by the store's thread, the second at once. */
    @Test
    void noRequestIsLeftUnansweredBehindAnother(@TempDir Path directory) throws Exception {
        try (ServiceProcess service =
                new ServiceProcess(directory, Map.of("SANDBAR_API_KEY", "e2b_ee"), ServiceProcess.BRIEF)) {
            CrashClient client = new CrashClient(service.address(), "e2b_ee");
            String id = client.create(300).json().path("sandboxID").asString("");
            for (int i = 0; i < TIMES; i++) {
                assertThat(client.renew(id, 300).status()).isEqualTo(204);
                assertThat(client.get(id).status()).isEqualTo(200);
            }
            assertThat(client.kill(id).status()).isEqualTo(204);
        }
    }
}
