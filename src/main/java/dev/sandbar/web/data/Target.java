package dev.sandbar.web.data;

import dev.sandbar.web.http.ApiException;
import java.net.InetSocketAddress;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;

/** Which sandbox's port a request is meant for, by its routing headers or else its host. */
record Target(String sandboxId, int port) {

    /** Port of the sandbox's own API. */
    static final int API_PORT = 49983;

    private static final Pattern HOST = Pattern.compile("^(\\d{1,5})-([a-z0-9]+)\\..+");
    private static final Pattern PORT = Pattern.compile("\\d{1,5}");
    private static final int LAST_PORT = 65535;

    /** Whether the request is meant for a sandbox at all. */
    static boolean isNamedBy(ServerRequest request) {
        return header(request, "E2b-Sandbox-Id") != null
                || header(request, "E2b-Sandbox-Port") != null
                || HOST.matcher(host(request)).matches();
    }

    /** Whether it is so whatever its path: the API is at one port of a sandbox, and other ports have any paths. */
    static boolean isForEveryPath(ServerRequest request) {
        String port = header(request, "E2b-Sandbox-Port");
        boolean otherPort = port != null && !port.equals(String.valueOf(API_PORT));
        return otherPort || HOST.matcher(host(request)).matches();
    }

    /** The target; refuses headers that are incomplete or malformed. */
    static Target of(ServerRequest request) {
        String id = header(request, "E2b-Sandbox-Id");
        String port = header(request, "E2b-Sandbox-Port");
        if (id != null && port != null) return new Target(id, port(port));
        if (id != null || port != null) {
            throw ApiException.invalid("The headers E2b-Sandbox-Id and E2b-Sandbox-Port are required together");
        }
        Matcher host = HOST.matcher(host(request));
        if (!host.matches()) throw ApiException.invalid("The request names no sandbox");
        return new Target(host.group(2), port(host.group(1)));
    }

    private static int port(String text) {
        int port = PORT.matcher(text).matches() ? Integer.parseInt(text) : 0;
        if (port < 1 || port > LAST_PORT) throw ApiException.invalid("The sandbox's port must be from 1 to 65535");
        return port;
    }

    private static @Nullable String header(ServerRequest request, String name) {
        return request.headers().firstHeader(name);
    }

    private static String host(ServerRequest request) {
        InetSocketAddress host = request.headers().host();
        return host == null ? "" : host.getHostString();
    }
}
