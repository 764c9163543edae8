package dev.sandbar.web.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandbar.web.http.ApiException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class GunzipTests {

    private static final byte[] PLAIN = "some text, some more text".getBytes(StandardCharsets.UTF_8);

    @Test
    void packedBytesMayBeSplitAnywhere() throws IOException {
        byte[] packed = gzip(PLAIN);
        for (int at = 0; at <= packed.length; at++) {
            assertThat(unpack(Arrays.copyOf(packed, at), Arrays.copyOfRange(packed, at, packed.length)))
                    .isEqualTo(PLAIN);
        }
    }

    @Test
    void membersFollowOneAnother() throws IOException {
        byte[] twice = unpack(gzip(PLAIN), gzip(PLAIN));
        assertThat(twice).hasSize(2 * PLAIN.length);
    }

    @Test
    void headsMayHoldAllTheirFields() throws IOException {
        byte[] packed = gzip(PLAIN);
        ByteArrayOutputStream rich = new ByteArrayOutputStream();
        rich.write(packed, 0, 3);
        rich.write(4 | 8 | 16 | 2);
        rich.write(packed, 4, 6);
        rich.writeBytes(new byte[] {3, 0, 'x', 'y', 'z', 'n', 0, 'c', 0, 1, 2});
        rich.write(packed, 10, packed.length - 10);
        byte[] all = rich.toByteArray();
        for (int at = 0; at <= all.length; at++) {
            assertThat(unpack(Arrays.copyOf(all, at), Arrays.copyOfRange(all, at, all.length)))
                    .isEqualTo(PLAIN);
        }
    }

    @Test
    void everyTruncationIsNoticed() throws IOException {
        byte[] packed = gzip(PLAIN);
        for (int length = 0; length < packed.length; length++) {
            byte[] part = Arrays.copyOf(packed, length);
            assertThatThrownBy(() -> unpack(part)).isInstanceOf(ApiException.class);
        }
    }

    @Test
    void damageIsNoticed() throws IOException {
        byte[] packed = gzip(PLAIN);
        packed[packed.length - 6] ^= 1;
        assertThatThrownBy(() -> unpack(packed))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining("checksum");
    }

    @Test
    void aBombIsUnpackedOnlyAsItIsTaken() throws IOException {
        byte[] bomb = gzip(new byte[50_000_000]);
        try (Gunzip gunzip = new Gunzip()) {
            Iterator<byte[]> pieces = gunzip.unpack(bomb).iterator();
            assertThat(pieces.next()).hasSizeLessThanOrEqualTo(16 * 1024);
        }
    }

    private static byte[] unpack(byte[]... parts) {
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        try (Gunzip gunzip = new Gunzip()) {
            for (byte[] part : parts) gunzip.unpack(part).forEach(plain::writeBytes);
            gunzip.end().blockLast();
        }
        return plain.toByteArray();
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(plain);
        }
        return packed.toByteArray();
    }
}
