package dev.sandbar.session.tool;

import dev.sandbar.runtime.FileEntry;
import dev.sandbar.runtime.FileOwner;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a path leads to in the sandbox.
 *
 * @param canonical absolute, without dots and links; what is missing of it is as it was asked for
 * @param entry what is there; null when nothing is, and for a link to nowhere
 * @param directory the deepest directory of it that is there
 */
record Place(String canonical, @Nullable FileEntry entry, FileEntry directory) {

    private static final int NEW_MODE = 0644;

    int mode() {
        return entry == null ? NEW_MODE : entry.mode();
    }

    FileOwner owner() {
        return entry == null ? FileOwner.USER : entry.owner();
    }

    Map<String, String> attributes() {
        return entry == null ? Map.of() : entry.attributes();
    }
}
