package dev.sandbar.web.http;

import dev.sandbar.runtime.FileOwner;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.server.ServerRequest;

/** A user inside sandboxes, and where that user is at home. */
public record SandboxUser(String name, FileOwner owner, String home) {

    public static final SandboxUser USER = new SandboxUser("user", FileOwner.USER, "/home/user");
    public static final SandboxUser ROOT = new SandboxUser("root", FileOwner.ROOT, "/root");

    private static final String BASIC = "Basic ";

    /** By the request's Basic authentication, {@code user} without one; refuses who isn't offered. */
    public static SandboxUser of(ServerRequest request, List<String> offered) {
        return named(basic(request), offered);
    }

    /** By name, {@code user} without one; refuses who isn't offered. */
    public static SandboxUser named(@Nullable String name, List<String> offered) {
        if (name == null || name.isEmpty() || name.equals(USER.name())) return USER;
        if (name.equals(ROOT.name()) && offered.contains(name)) return ROOT;
        throw new ApiException(401, "invalid username: '" + name + "' (there is: " + String.join(", ", offered) + ")");
    }

    public static @Nullable String basic(ServerRequest request) {
        String header = request.headers().firstHeader(HttpHeaders.AUTHORIZATION);
        if (header == null || !header.regionMatches(true, 0, BASIC, 0, BASIC.length())) return null;
        try {
            byte[] decoded =
                    Base64.getDecoder().decode(header.substring(BASIC.length()).trim());
            String pair = new String(decoded, StandardCharsets.UTF_8);
            int colon = pair.indexOf(':');
            return colon < 0 ? pair : pair.substring(0, colon);
        } catch (IllegalArgumentException malformed) {
            throw new ApiException(401, "The Authorization header is not valid Basic");
        }
    }

    /** Makes a path absolute and free of dots, as text: {@code ~} and relative ones start from home. */
    public String resolve(@Nullable String path) {
        return SandboxPaths.resolve(home, path == null ? "" : path);
    }
}
