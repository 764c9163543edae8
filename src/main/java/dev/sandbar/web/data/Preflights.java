package dev.sandbar.web.data;

import dev.sandbar.web.http.TicketHolders;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Answers what browsers ask before they let a page's script speak to a sandbox: without the token and without the
 * headers that name the sandbox. They are told yes, and the request itself is checked like any other. A filter, since
 * Spring refuses such questions before it looks at routes. Questions about anything else pass.
 */
public final class Preflights implements WebFilter {

    private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
    private static final Pattern TICKETED = Pattern.compile("/sessions/[^/]+/(events|sandbox/teardown)");
    private static final Pattern SANDBOX_HEADERS =
            Pattern.compile("e2b-sandbox-id|x-access-token", Pattern.CASE_INSENSITIVE);
    private static final String SECONDS_VALID = "7200";

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        if (!CorsUtils.isPreFlightRequest(exchange.getRequest()) || !isForSandbox(exchange)) {
            return chain.filter(exchange);
        }
        allow(asked(exchange), exchange.getResponse());
        return exchange.getResponse().setComplete();
    }

    /** By host, by the headers that it will have, by a signed URL, which names no sandbox at all, or by a ticket. */
    private static boolean isForSandbox(ServerWebExchange exchange) {
        ServerRequest request = ServerRequest.create(exchange, List.of());
        boolean signed =
                request.path().equals("/files") && request.queryParams().containsKey("signature");
        return signed
                || isByTicket(request)
                || Target.isNamedBy(request)
                || SANDBOX_HEADERS.matcher(asked(exchange)).find();
    }

    /** What a page may do in a session with a ticket. */
    private static boolean isByTicket(ServerRequest request) {
        return TICKETED.matcher(request.path()).matches()
                && request.queryParams().containsKey(TicketHolders.PARAMETER);
    }

    private static String asked(ServerWebExchange exchange) {
        HttpHeaders headers = exchange.getRequest().getHeaders();
        return String.join(", ", headers.getOrEmpty(HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS));
    }

    /** Headers are repeated, since "any" would leave out Authorization. */
    private static void allow(String asked, ServerHttpResponse response) {
        response.setStatusCode(HttpStatus.NO_CONTENT);
        HttpHeaders headers = response.getHeaders();
        headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        headers.set(HttpHeaders.ACCESS_CONTROL_MAX_AGE, SECONDS_VALID);
        headers.add(HttpHeaders.VARY, HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS);
        if (!asked.isEmpty()) headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, asked);
    }
}
