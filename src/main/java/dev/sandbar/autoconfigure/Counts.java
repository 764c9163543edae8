package dev.sandbar.autoconfigure;

/** Numbers in sentences. */
final class Counts {

    private Counts() {}

    static String of(int count, String one, String many) {
        return count + " " + (count == 1 ? one : many);
    }
}
