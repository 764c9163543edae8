package dev.sandbar.web.data;

import java.util.List;
import java.util.Locale;
import java.util.zip.Deflater;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferFactory;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Flux;

/** gzip as streams: a piece at a time, none made before it is asked for. */
final class Packing {

    private Packing() {}

    /** Whether the client takes gzip. */
    static boolean isAccepted(HttpHeaders headers) {
        for (String header : headers.getOrDefault(HttpHeaders.ACCEPT_ENCODING, List.of())) {
            for (String coding : header.toLowerCase(Locale.ROOT).split(",", -1)) {
                String[] parts = coding.trim().split(";", -1);
                boolean refused = parts.length > 1 && parts[1].trim().matches("q=0(\\.0*)?");
                if (parts[0].trim().equals("gzip") && !refused) return true;
            }
        }
        return false;
    }

    static Flux<byte[]> gzip(Flux<byte[]> plain) {
        return Flux.using(
                () -> new Gzip(new Deflater(Deflater.BEST_SPEED, true)),
                gzip -> plain.map(gzip::pack)
                        .filter(packed -> packed.length > 0)
                        .concatWith(Flux.defer(() -> Flux.just(gzip.finish()))),
                Gzip::close);
    }

    static Flux<DataBuffer> gunzip(Flux<DataBuffer> packed, DataBufferFactory buffers) {
        return Flux.using(
                Gunzip::new,
                gunzip -> packed.map(Packing::bytes)
                        .concatMapIterable(gunzip::unpack, 1)
                        .concatWith(Flux.defer(gunzip::end))
                        .map(buffers::wrap),
                Gunzip::close);
    }

    /** Copied; the buffer is released. */
    static byte[] bytes(DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }
}
