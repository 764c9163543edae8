package dev.sandbar.web.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.server.HandlerFilterFunction;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RequestPredicate;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Routes by path and method; a known path with another method is refused with 405, not 404. */
public final class RouteTable {

    private final RouterFunctions.Builder routes = RouterFunctions.route();
    private final Map<String, List<HttpMethod>> methods = new LinkedHashMap<>();
    private HandlerFilterFunction<ServerResponse, ServerResponse> guard = (request, next) -> next.handle(request);

    /** What is added from here on is for those whom this lets in; wrong methods are told to whom the last guard lets in. */
    public RouteTable behind(HandlerFilterFunction<ServerResponse, ServerResponse> filter) {
        guard = filter;
        return this;
    }

    public RouteTable get(String pattern, HandlerFunction<ServerResponse> handler) {
        return on(HttpMethod.HEAD, pattern, handler).on(HttpMethod.GET, pattern, handler);
    }

    public RouteTable post(String pattern, HandlerFunction<ServerResponse> handler) {
        return on(HttpMethod.POST, pattern, handler);
    }

    public RouteTable put(String pattern, HandlerFunction<ServerResponse> handler) {
        return on(HttpMethod.PUT, pattern, handler);
    }

    public RouteTable patch(String pattern, HandlerFunction<ServerResponse> handler) {
        return on(HttpMethod.PATCH, pattern, handler);
    }

    public RouteTable delete(String pattern, HandlerFunction<ServerResponse> handler) {
        return on(HttpMethod.DELETE, pattern, handler);
    }

    /** Whatever the method. */
    public RouteTable any(String pattern, HandlerFunction<ServerResponse> handler) {
        routes.route(RequestPredicates.path(pattern), guard.apply(handler));
        return this;
    }

    private RouteTable on(HttpMethod method, String pattern, HandlerFunction<ServerResponse> handler) {
        RequestPredicate here = RequestPredicates.method(method).and(RequestPredicates.path(pattern));
        routes.route(here, guard.apply(handler));
        methods.computeIfAbsent(pattern, path -> new ArrayList<>()).add(method);
        return this;
    }

    /** All of them, with the refusals of other methods at the end. */
    public RouterFunction<ServerResponse> build() {
        methods.forEach((pattern, allowed) ->
                routes.route(RequestPredicates.path(pattern), guard.apply(request -> wrongMethod(request, allowed))));
        return routes.build();
    }

    private static Mono<ServerResponse> wrongMethod(ServerRequest request, List<HttpMethod> allowed) {
        return Mono.error(new org.springframework.web.server.MethodNotAllowedException(request.method(), allowed));
    }
}
