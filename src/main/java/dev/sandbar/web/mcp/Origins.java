package dev.sandbar.web.mcp;

import dev.sandbar.web.http.ApiException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.function.server.HandlerFilterFunction;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Refuses pages of other hosts that aren't listed. Programs that are no browsers say no origin. */
final class Origins implements HandlerFilterFunction<ServerResponse, ServerResponse> {

    static final String REFUSED = "Pages of this origin may not call here (sandbar.mcp.origins lists those that may)";

    private final Set<String> listed;

    Origins(List<String> listed) {
        this.listed = listed.stream().map(Origins::normal).collect(Collectors.toUnmodifiableSet());
    }

    private static String normal(String origin) {
        String lower = origin.strip().toLowerCase(Locale.ROOT);
        return lower.endsWith("/") ? lower.substring(0, lower.length() - 1) : lower;
    }

    @Override
    public Mono<ServerResponse> filter(ServerRequest request, HandlerFunction<ServerResponse> next) {
        List<String> said = request.headers().header(HttpHeaders.ORIGIN);
        String host = request.headers().firstHeader(HttpHeaders.HOST);
        if (!said.stream().allMatch(origin -> isAllowed(origin, host))) {
            return Mono.error(new ApiException(403, REFUSED));
        }
        if (said.size() == 1 && isListed(said.get(0))) open(request, said.get(0));
        return next.handle(request);
    }

    /** At the last moment, so that refusals, which begin with a clean head, have the headers too. */
    private static void open(ServerRequest request, String origin) {
        ServerHttpResponse response = request.exchange().getResponse();
        response.beforeCommit(() -> Mono.fromRunnable(() -> open(response.getHeaders(), origin)));
    }

    /** Lets a page of this origin read the answer. */
    static void open(HttpHeaders headers, String origin) {
        headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, McpHandler.SESSION + ", " + HttpHeaders.RETRY_AFTER);
        headers.add(HttpHeaders.VARY, HttpHeaders.ORIGIN);
    }

    boolean isListed(String origin) {
        return listed.contains(normal(origin));
    }

    private boolean isAllowed(String origin, @Nullable String host) {
        return isListed(origin) || (host != null && isOf(origin, host));
    }

    /** A proxy may have ended TLS: only host and port are compared. */
    private static boolean isOf(String origin, String host) {
        try {
            URI page = new URI(normal(origin));
            URI here = new URI(page.getScheme() + "://" + host.strip().toLowerCase(Locale.ROOT));
            return page.getHost() != null && page.getHost().equals(here.getHost()) && port(page) == port(here);
        } catch (URISyntaxException malformed) {
            return false;
        }
    }

    private static int port(URI uri) {
        if (uri.getPort() != -1) return uri.getPort();
        return "https".equals(uri.getScheme()) ? 443 : 80;
    }
}
