package dev.sandbar.web.data;

import org.jspecify.annotations.Nullable;

/** Messages of {@code filesystem.Filesystem}. */
final class FilesystemMessages {

    private FilesystemMessages() {}

    record OfPath(@Nullable String path) {}

    record ListDir(@Nullable String path, @Nullable Long depth) {}

    record Move(@Nullable String source, @Nullable String destination) {}

    record OfEntry(EntryView entry) {}

    record Nothing() {}
}
