package dev.sandbar.web.http;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.HandlerFilterFunction;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * Refuses paths and queries that are no text: what is decoded from them would name something else than was meant, since
 * decoders put a replacement for what they can't read.
 */
public final class UriText implements HandlerFilterFunction<ServerResponse, ServerResponse> {

    @Override
    public Mono<ServerResponse> filter(ServerRequest request, HandlerFunction<ServerResponse> next) {
        URI uri = request.uri();
        if (!isText(uri.getRawPath())) return refuse("path");
        return isText(uri.getRawQuery()) ? next.handle(request) : refuse("query");
    }

    private static boolean isText(@Nullable String part) {
        return part == null || Unicode.isEscapedUtf8(part);
    }

    private static Mono<ServerResponse> refuse(String part) {
        return Mono.error(ApiException.invalid("The escapes in the " + part + " must be UTF-8 without NUL"));
    }
}
