package dev.sandbar.web.wire;

import dev.sandbar.web.http.Failure;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What RFC 9112 and 9110 ask of a request's head, beyond its syntax. After a refusal the connection ends, since nobody
 * can tell where the next request begins.
 */
final class RequestRules {

    private static final Pattern HOST =
            Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._~!$&'()*+,;=%-]+)(?::([0-9]{0,5}))?");
    private static final Pattern ABSOLUTE = Pattern.compile("(?i)https?://[^/?#]+.*");

    private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x20\\x7f]");
    private static final int MOST_HEADERS = 256;
    private static final int HIGHEST_PORT = 65535;

    private RequestRules() {}

    /** Why this request is refused; null when it isn't. */
    static @Nullable Failure refusal(HttpRequest request) {
        Failure refused = version(request);
        if (refused == null) refused = count(request);
        if (refused == null) refused = length(request);
        if (refused == null) refused = host(request);
        if (refused == null) refused = target(request);
        return refused == null ? expectation(request) : refused;
    }

    private static @Nullable Failure version(HttpRequest request) {
        HttpVersion version = request.protocolVersion();
        return version.equals(HttpVersion.HTTP_1_1) || version.equals(HttpVersion.HTTP_1_0)
                ? null
                : new Failure(505, "Only HTTP/1.1 and HTTP/1.0 are spoken here");
    }

    /** Names can be chosen such that each look-up walks all of them. */
    private static @Nullable Failure count(HttpRequest request) {
        return request.headers().size() <= MOST_HEADERS
                ? null
                : new Failure(431, "The request has more than " + MOST_HEADERS + " headers");
    }

    /** A length by both headers, or by several, is refused by the decoder already. */
    private static @Nullable Failure length(HttpRequest request) {
        List<String> codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING).stream()
                .flatMap(line -> Arrays.stream(line.split(",", -1)))
                .map(String::trim)
                .toList();
        if (codings.isEmpty() || isChunked(codings)) return null;
        boolean ends = HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.get(codings.size() - 1));
        boolean once = codings.stream()
                        .filter(HttpHeaderValues.CHUNKED::contentEqualsIgnoreCase)
                        .count()
                == 1;
        return ends && once
                ? new Failure(501, "Transfer-Encoding: only chunked is accepted")
                : new Failure(400, "Transfer-Encoding must be chunked: otherwise nobody can tell where the body ends");
    }

    private static boolean isChunked(List<String> codings) {
        return codings.size() == 1 && HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(codings.get(0));
    }

    private static @Nullable Failure host(HttpRequest request) {
        List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
        if (hosts.isEmpty() && request.protocolVersion().equals(HttpVersion.HTTP_1_0)) return null;
        if (hosts.size() != 1) return new Failure(400, "One Host header is required, not " + hosts.size());
        return isHost(hosts.get(0)) ? null : new Failure(400, "The Host header is malformed");
    }

    private static boolean isHost(String host) {
        Matcher parts = HOST.matcher(host);
        if (!parts.matches()) return false;
        String port = parts.group(2);
        return port == null || port.isEmpty() || Integer.parseInt(port) <= HIGHEST_PORT;
    }

    private static @Nullable Failure target(HttpRequest request) {
        if (request.method().equals(HttpMethod.CONNECT)) return new Failure(501, "CONNECT is not offered");
        String target = request.uri();
        boolean known = target.startsWith("/")
                || (target.equals("*") && request.method().equals(HttpMethod.OPTIONS))
                || ABSOLUTE.matcher(target).matches();
        return known && !CONTROL.matcher(target).find()
                ? null
                : new Failure(400, "The request's target must be a path, without blanks");
    }

    private static @Nullable Failure expectation(HttpRequest request) {
        boolean known = request.headers().getAll(HttpHeaderNames.EXPECT).stream()
                .allMatch(HttpHeaderValues.CONTINUE::contentEqualsIgnoreCase);
        return known ? null : new Failure(417, "Expect: only 100-continue is understood");
    }
}
