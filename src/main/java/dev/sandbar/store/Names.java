package dev.sandbar.store;

import dev.sandbar.async.Texts;

/** The rules for names and contents. */
final class Names {

    private static final int LONGEST = 200;

    private Names() {}

    static void check(String what, String name) {
        if (name.isEmpty() || name.length() > LONGEST || !allowed(name)) {
            throw new IllegalArgumentException(what + " must be of 1 to " + LONGEST
                    + " characters of [A-Za-z0-9_./-], not \"" + shortened(name) + "\"");
        }
    }

    static void check(String what, byte[] content) {
        if (content.length > Store.CONTENT_MAX) {
            throw new IllegalArgumentException(
                    what + " has " + content.length + " bytes, more than " + Store.CONTENT_MAX);
        }
    }

    private static boolean allowed(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (!allowed(name.charAt(i))) return false;
        }
        return true;
    }

    private static boolean allowed(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || "_./-".indexOf(c) >= 0;
    }

    private static String shortened(String name) {
        return name.length() > LONGEST ? Texts.begin(name, LONGEST) + "..." : name;
    }
}
