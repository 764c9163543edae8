package dev.sandbar.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.runtime.SandboxSpec.Limits;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SandboxCodecTests {

    private static final Sandbox SANDBOX = new Sandbox(
            "i1",
            "ann",
            3,
            "local:boot",
            SandboxState.GONE,
            EndCause.HOST_RESTART,
            "base",
            new Limits(1, 128, 64, 63),
            Map.of("A", "ä\n"),
            Map.of("m", "x"),
            Instant.parse("2026-01-01T00:00:00.123456789Z"),
            Instant.parse("2026-01-01T01:00:00Z"),
            Instant.parse("2026-01-01T00:30:00.5Z"));

    private final SandboxCodec codec = new SandboxCodec();

    @Test
    void whatIsWrittenIsRead() {
        assertThat(codec.read(codec.write(SANDBOX))).isEqualTo(SANDBOX);
        Sandbox living = SANDBOX.withEndAt(Instant.MAX);
        assertThat(codec.read(codec.write(living))).isEqualTo(living);
    }

    /** The form of records that are on disks already; a field may be added to it. */
    @Test
    void recordsOfThisFormAreRead() {
        String json = "{'id':'i1','owner':'ann','incarnation':3,'handle':'local:boot','state':'GONE',"
                + "'cause':'HOST_RESTART','template':'base','limits':{'cpus':1,'memoryMiB':128,'diskMiB':64,"
                + "'processes':63},'environment':{'A':'ä\\n'},'metadata':{'m':'x'},"
                + "'startedAt':'2026-01-01T00:00:00.123456789Z','endAt':'2026-01-01T01:00:00Z',"
                + "'endedAt':'2026-01-01T00:30:00.500Z','later':{'more':1}}";
        assertThat(codec.read(json.replace('\'', '"').getBytes(UTF_8))).isEqualTo(SANDBOX);
    }

    @Test
    void fieldsKeepTheirNames() {
        String json = new String(codec.write(SANDBOX), UTF_8);
        assertThat(json)
                .contains("\"endedAt\":\"2026-01-01T00:30:00.5", "\"cause\":\"HOST_RESTART\"", "\"memoryMiB\":128");
    }
}
