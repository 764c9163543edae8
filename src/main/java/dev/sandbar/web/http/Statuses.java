package dev.sandbar.web.http;

import org.springframework.http.HttpStatus;

/** Names of HTTP statuses. */
final class Statuses {

    private Statuses() {}

    static String phrase(int status) {
        HttpStatus known = HttpStatus.resolve(status);
        return known == null ? "Status " + status : known.getReasonPhrase();
    }
}
