package dev.sandbar.session.tool;

/** A place in a text, by offsets of its bytes. */
record Match(int begin, int end) {

    String in(String text) {
        return text.substring(begin, end);
    }

    /** What stands before it in its line. */
    String before(String text) {
        return text.substring(text.lastIndexOf('\n', begin - 1) + 1, begin);
    }
}
