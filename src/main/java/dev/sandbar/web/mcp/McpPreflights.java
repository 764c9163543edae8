package dev.sandbar.web.mcp;

import dev.sandbar.web.http.ApiException;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.cors.reactive.CorsUtils;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Answers what browsers ask before a page of another host may speak MCP: yes for the listed ones. A filter, since Spring
 * refuses such questions before it looks at routes.
 */
public final class McpPreflights implements WebFilter {

    private static final Pattern PATH = Pattern.compile("/sessions/[^/]+/mcp");
    private static final String METHODS = "POST";
    private static final String SECONDS_VALID = "7200";

    private final Origins origins;

    public McpPreflights(McpSettings settings) {
        this.origins = new Origins(settings.origins());
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        String path = exchange.getRequest().getPath().pathWithinApplication().value();
        if (!CorsUtils.isPreFlightRequest(exchange.getRequest())
                || !PATH.matcher(path).matches()) {
            return chain.filter(exchange);
        }
        HttpHeaders asked = exchange.getRequest().getHeaders();
        String origin = String.valueOf(asked.getOrigin());
        if (!origins.isListed(origin)) return Mono.error(new ApiException(403, Origins.REFUSED));
        allow(origin, asked, exchange.getResponse());
        return exchange.getResponse().setComplete();
    }

    private static void allow(String origin, HttpHeaders asked, ServerHttpResponse response) {
        response.setStatusCode(HttpStatus.NO_CONTENT);
        HttpHeaders headers = response.getHeaders();
        Origins.open(headers, origin);
        headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        headers.set(HttpHeaders.ACCESS_CONTROL_MAX_AGE, SECONDS_VALID);
        headers.add(HttpHeaders.VARY, HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS);
        String wanted = String.join(", ", asked.getOrEmpty(HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS));
        if (!wanted.isEmpty()) headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, wanted);
    }
}
