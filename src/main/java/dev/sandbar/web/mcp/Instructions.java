package dev.sandbar.web.mcp;

import dev.sandbar.session.Session;
import java.time.Duration;

/** What a model is told of the tools together. */
final class Instructions {

    private static final String TEXT = """
            Tools of one sandbox, a Linux machine of this session. It is already there, or made by itself at the first call. \
            It has no network, loopback only: nothing can be fetched or installed (no curl, git clone, pip, npm or apt-get \
            from outside), so work with what is there. Files in /home/user stay from call to call while the sandbox lives. \
            After %s without a call its sandbox ends, and all files and processes with it; the first call after that begins \
            in an empty one and says so.""";

    private Instructions() {}

    static String of(Session session) {
        return TEXT.formatted(words(session.terms().idleTimeout()));
    }

    private static String words(Duration time) {
        long seconds = time.toSeconds();
        return seconds % 60 == 0 ? seconds / 60 + " minutes" : seconds + " seconds";
    }
}
