package dev.sandbar.client;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * One request, as it is sent once or several times.
 *
 * @param path with its query, a template
 * @param variables of the template, in order
 * @param safe whether sending it twice does no more than sending it once
 * @param extra how much longer than others it may take
 */
record Call(
        HttpMethod method,
        String path,
        List<Object> variables,
        Map<String, String> headers,
        Body body,
        boolean safe,
        Duration extra) {

    private static final String JSON = "application/json";

    static Call get(String path, Object... variables) {
        return of(HttpMethod.GET, path, variables).repeatable();
    }

    static Call delete(String path, Object... variables) {
        return of(HttpMethod.DELETE, path, variables).repeatable();
    }

    static Call post(String path, Object... variables) {
        return of(HttpMethod.POST, path, variables);
    }

    static Call patch(String path, Object... variables) {
        return of(HttpMethod.PATCH, path, variables);
    }

    private static Call of(HttpMethod method, String path, Object... variables) {
        return new Call(method, path, List.of(variables), Map.of(), Body.NONE, false, Duration.ZERO);
    }

    /** As one that may be sent twice. */
    Call repeatable() {
        return new Call(method, path, variables, headers, body, true, extra);
    }

    Call longer(Duration time) {
        return new Call(method, path, variables, headers, body, safe, time);
    }

    Call header(String name, String value) {
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.put(name, value);
        return new Call(method, path, variables, all, body, safe, extra);
    }

    Call body(Body carried) {
        return new Call(method, path, variables, headers, carried, safe, extra);
    }

    Call json(Object value) {
        return body(Body.of(JSON, Wire.write(value)));
    }

    /** As one for the data plane of this sandbox. */
    Call inside(String sandboxId) {
        return header("E2b-Sandbox-Id", sandboxId).header("E2b-Sandbox-Port", "49983");
    }

    URI uri(URI base) {
        String start = base.toString();
        String plain = start.endsWith("/") ? start.substring(0, start.length() - 1) : start;
        return UriComponentsBuilder.fromUriString(plain + path)
                .encode()
                .buildAndExpand(variables.toArray())
                .toUri();
    }

    void write(HttpHeaders to) {
        headers.forEach(to::set);
        if (body.type() != null) to.set(HttpHeaders.CONTENT_TYPE, body.type());
        if (body.type() != null && body.length() >= 0) to.setContentLength(body.length());
    }

    /** For errors: the method and the route, without what stands in it. */
    String name() {
        int query = path.indexOf('?');
        return method + " " + (query < 0 ? path : path.substring(0, query));
    }
}
