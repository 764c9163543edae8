package dev.sandbar.web.page;

import dev.sandbar.web.http.Digests;
import dev.sandbar.web.http.RouteTable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Serves {@code /sandbar.js}, which is read once, to pages of any origin: it is the same for all and holds no secret. */
public final class PageModule {

    private static final String FILE = "sandbar.js";
    private static final MediaType JAVASCRIPT = MediaType.parseMediaType("text/javascript;charset=utf-8");
    private static final CacheControl CACHE =
            CacheControl.maxAge(Duration.ofMinutes(5)).cachePublic();

    private final byte[] text = read();
    private final String tag = '"' + Digests.sha256(text).substring(0, 32) + '"';

    /** Open to everybody. */
    public RouterFunction<ServerResponse> open() {
        return new RouteTable().get("/" + FILE, this::answer).build();
    }

    /** Who has this version already is told so by 304. */
    private Mono<ServerResponse> answer(ServerRequest request) {
        return ServerResponse.ok()
                .headers(PageModule::describe)
                .cacheControl(CACHE)
                .eTag(tag)
                .bodyValue(text);
    }

    private static void describe(HttpHeaders headers) {
        headers.setContentType(JAVASCRIPT);
        headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        headers.set("Cross-Origin-Resource-Policy", "cross-origin");
        headers.set("X-Content-Type-Options", "nosniff");
    }

    private static byte[] read() {
        try (InputStream file = PageModule.class.getResourceAsStream(FILE)) {
            if (file == null) throw new IllegalStateException("The jar has no " + FILE + ": build it again.");
            return file.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
