package dev.sandbar.web;

/**
 * Settings of the HTTP API.
 *
 * @param version of the service, told by {@code GET /capabilities}
 * @param bodyLimit bytes of the largest JSON body
 * @param messageLimit bytes of the largest message to a sandbox, and of a form's part that is no file
 * @param refuseInternetAccess whether a creation that asks for the Internet is refused, which no sandbox has
 */
public record WebSettings(String version, int bodyLimit, int messageLimit, boolean refuseInternetAccess) {

    private static final int BODY = 1024 * 1024;
    private static final int MESSAGE = 4 * BODY;

    /** With the usual limits. */
    public static WebSettings of(String version) {
        return new WebSettings(version, BODY, MESSAGE, false);
    }

    /** The same, but for this. */
    public WebSettings withRefuseInternetAccess(boolean refuse) {
        return new WebSettings(version, bodyLimit, messageLimit, refuse);
    }

    /** Bytes of the largest call of a tool: what is written to a file at once grows when it becomes JSON. */
    public int callLimit() {
        return 2 * messageLimit + 64 * 1024;
    }
}
