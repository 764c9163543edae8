package dev.sandbar.web;

/**
 * Settings of the HTTP API.
 *
 * @param version of the service, told by {@code GET /capabilities}
 * @param bodyLimit bytes of the largest JSON body
 * @param messageLimit bytes of the largest message to a sandbox, and of a form's part that is no file
 */
public record WebSettings(String version, int bodyLimit, int messageLimit) {

    private static final int BODY = 1024 * 1024;
    private static final int MESSAGE = 4 * BODY;

    /** With the usual limits. */
    public static WebSettings of(String version) {
        return new WebSettings(version, BODY, MESSAGE);
    }
}
