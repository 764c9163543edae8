package dev.sandbar.client;

/**
 * A server-sent event, or a comment.
 *
 * @param id empty where there is none
 * @param type empty where it has no name
 * @param data its lines, joined
 */
record SseFrame(String id, String type, String data) {

    static final SseFrame COMMENT = new SseFrame("", "", "");

    boolean isComment() {
        return equals(COMMENT);
    }
}
