package dev.sandbar.runtime.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandbar.runtime.DiskUse;
import dev.sandbar.runtime.DiskUse.Share;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DiskMeterTests {

    private final DiskMeter meter = new DiskMeter(new RunDirectory(Path.of("/run/x")), uid -> uid == 7 ? "a" : null);

    @Test
    void whatWasRemovedIsItsHoldersToo() throws IOException {
        DiskUse use =
                meter.read("disk 1 2 3 4\nsandbox a 10 1\nsandbox b 20 2\nsandbox a 10 1\nholder 7 5 6\nholder 8 9 9");
        assertThat(use).isEqualTo(new DiskUse(1, 2, 3, 4, Map.of("a", new Share(15, 7), "b", new Share(20, 2))));
    }

    @Test
    void withoutALineAboutTheDiskNothingIsKnown() {
        assertThatThrownBy(() -> meter.read("sandbox a 10 1")).isInstanceOf(IOException.class);
    }
}
