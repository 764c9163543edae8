package dev.sandbar.web.idempotency;

/**
 * An answer that is kept.
 *
 * @param body JSON, without secrets; what has more than {@link #LONGEST} characters is given once and not kept
 */
public record Answer(int status, String body) {

    /** Most characters of a body that is kept. */
    public static final int LONGEST = 64 * 1024;
}
