package dev.sandbar.web.http;

import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.HandlerFilterFunction;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Refuses what a request says about its body and its answer where that can't be read: parsed later it would be a failure. */
public final class ReadableHeaders implements HandlerFilterFunction<ServerResponse, ServerResponse> {

    @Override
    public Mono<ServerResponse> filter(ServerRequest request, HandlerFunction<ServerResponse> next) {
        return Mono.defer(() -> {
            check(request.headers().asHttpHeaders());
            return next.handle(request);
        });
    }

    private static void check(HttpHeaders headers) {
        List<String> types = headers.getOrEmpty(HttpHeaders.CONTENT_TYPE);
        if (types.size() > 1) throw ApiException.invalid("One Content-Type is accepted, not " + types.size());
        types.forEach(ReadableHeaders::checkType);
        headers.getOrEmpty(HttpHeaders.ACCEPT).forEach(ReadableHeaders::checkAccept);
    }

    private static void checkType(String type) {
        try {
            if (!type.isEmpty()) MediaType.parseMediaType(type);
        } catch (InvalidMediaTypeException malformed) {
            throw isCharset(malformed)
                    ? new ApiException(415, "The charset of the Content-Type is unknown")
                    : ApiException.invalid("Content-Type is not a media type such as application/json");
        }
    }

    private static boolean isCharset(InvalidMediaTypeException malformed) {
        Throwable cause = malformed.getCause() == null ? malformed : malformed.getCause();
        return String.valueOf(malformed.getMessage()).contains("charset")
                || cause instanceof UnsupportedCharsetException
                || cause instanceof IllegalCharsetNameException;
    }

    private static void checkAccept(String accept) {
        try {
            MediaType.parseMediaTypes(accept);
        } catch (InvalidMediaTypeException malformed) {
            throw ApiException.invalid("Accept is not a list of media types such as application/json, */*;q=0.5");
        }
    }
}
