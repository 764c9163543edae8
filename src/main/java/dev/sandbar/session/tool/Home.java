package dev.sandbar.session.tool;

/** Where {@code user} is at home. */
final class Home {

    static final String PATH = "/home/user";

    private Home() {}

    /** Relative paths, and those from {@code ~} on, start there. As text only: dots and links are left. */
    static String absolute(String path) {
        if (path.startsWith("/")) return path;
        if (path.isEmpty() || path.equals("~")) return PATH;
        return PATH + "/" + (path.startsWith("~/") ? path.substring(2) : path);
    }
}
