package dev.sandbar.web.data;

import dev.sandbar.runtime.FileEntry;
import dev.sandbar.web.http.SandboxUser;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A thing in a file system as E2B describes it: type and mode of a link are those of its target. */
record EntryView(
        String name,
        @Nullable String type,
        String path,
        @Nullable String size,
        @Nullable Integer mode,
        String permissions,
        String owner,
        String group,
        String modifiedTime,
        @Nullable String symlinkTarget,
        @Nullable Map<String, String> metadata) {

    private static final String BITS = "rwxrwxrwx";

    static EntryView of(FileEntry entry) {
        FileEntry.Type target = entry.targetType();
        FileEntry.Type type = target == null ? entry.type() : target;
        return new EntryView(
                entry.path().equals("/") ? "/" : entry.name(),
                typeName(type),
                entry.path(),
                entry.size() == 0 ? null : Long.toString(entry.size()),
                entry.mode() == 0 ? null : entry.mode(),
                permissions(entry),
                name(entry.owner().uid()),
                name(entry.owner().gid()),
                entry.modified().toString(),
                entry.target(),
                entry.attributes().isEmpty() ? null : entry.attributes());
    }

    private static @Nullable String typeName(FileEntry.Type type) {
        return switch (type) {
            case FILE -> "FILE_TYPE_FILE";
            case DIRECTORY -> "FILE_TYPE_DIRECTORY";
            case LINK -> "FILE_TYPE_SYMLINK";
            case OTHER -> null;
        };
    }

    private static String permissions(FileEntry entry) {
        StringBuilder text = new StringBuilder(BITS.length() + 1);
        text.append(
                switch (entry.type()) {
                    case DIRECTORY -> 'd';
                    case LINK -> 'L';
                    case FILE, OTHER -> '-';
                });
        for (int bit = 0; bit < BITS.length(); bit++) {
            boolean set = (entry.mode() & (1 << (BITS.length() - 1 - bit))) != 0;
            text.append(set ? BITS.charAt(bit) : '-');
        }
        return text.toString();
    }

    private static String name(int id) {
        if (id == 0) return SandboxUser.ROOT.name();
        return id == SandboxUser.USER.owner().uid() ? SandboxUser.USER.name() : Integer.toString(id);
    }
}
