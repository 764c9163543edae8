package dev.sandbar.web;

/**
 * Settings of the HTTP API.
 *
 * @param version of the service, told by {@code GET /capabilities}
 * @param bodyLimit bytes of the largest JSON body
 * @param messageLimit bytes of the largest message to a sandbox
 * @param refuseInternetAccess whether a creation that asks for the Internet is refused, which no sandbox has
 * @param bodies bytes of all bodies that are in memory at once
 * @param bodiesPerOwner the same of each owner
 */
public record WebSettings(
        String version,
        int bodyLimit,
        int messageLimit,
        boolean refuseInternetAccess,
        long bodies,
        long bodiesPerOwner) {

    private static final int BODY = 1024 * 1024;
    private static final int MESSAGE = 4 * BODY;

    /** Refuses what could let in no body of the size that is allowed. */
    public WebSettings {
        if (bodiesPerOwner < messageLimit || bodies < bodiesPerOwner) {
            throw new IllegalArgumentException(
                    "sandbar.bodies.most must be at least sandbar.bodies.most-per-owner, and that" + " at least "
                            + messageLimit + " bytes");
        }
    }

    /** With the usual limits. */
    public static WebSettings of(String version) {
        return of(version, 16L * MESSAGE, 8L * MESSAGE);
    }

    /** With the usual limits of each body. */
    public static WebSettings of(String version, long bodies, long bodiesPerOwner) {
        return new WebSettings(version, BODY, MESSAGE, false, bodies, bodiesPerOwner);
    }

    /** The same, but for this. */
    public WebSettings withRefuseInternetAccess(boolean refuse) {
        return new WebSettings(version, bodyLimit, messageLimit, refuse, bodies, bodiesPerOwner);
    }

    /** Bytes of the largest call of a tool: what is written to a file at once grows when it becomes JSON. */
    public int callLimit() {
        return 2 * messageLimit + 64 * 1024;
    }
}
