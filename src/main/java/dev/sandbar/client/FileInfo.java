package dev.sandbar.client;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A file or directory in a sandbox. Of a link, type and mode are those of what it leads to.
 *
 * @param path absolute
 * @param size in bytes
 * @param mode its permission bits
 * @param linkTarget where a link leads; null of anything else
 */
public record FileInfo(
        String name,
        String path,
        Type type,
        long size,
        int mode,
        String owner,
        String group,
        @Nullable Instant modifiedAt,
        @Nullable String linkTarget) {

    /** What it is. */
    public enum Type {
        FILE,
        DIRECTORY,
        LINK,
        OTHER
    }

    /** As it comes. */
    record View(
            @Nullable String name,
            @Nullable String type,
            @Nullable String path,
            @Nullable String size,
            @Nullable Integer mode,
            @Nullable String owner,
            @Nullable String group,
            @Nullable String modifiedTime,
            @Nullable String symlinkTarget) {

        private static final String WHAT = "A file";

        FileInfo toInfo() {
            return new FileInfo(
                    Wire.required(name, "name", WHAT),
                    Wire.required(path, "path", WHAT),
                    typeOf(type == null ? "" : type),
                    size == null ? 0 : number(size),
                    mode == null ? 0 : mode,
                    owner == null ? "" : owner,
                    group == null ? "" : group,
                    Wire.time(modifiedTime, WHAT),
                    symlinkTarget);
        }

        private static Type typeOf(String wireName) {
            return switch (wireName) {
                case "FILE_TYPE_FILE" -> Type.FILE;
                case "FILE_TYPE_DIRECTORY" -> Type.DIRECTORY;
                case "FILE_TYPE_SYMLINK" -> Type.LINK;
                default -> Type.OTHER;
            };
        }

        private static long number(String text) {
            if (text.matches("\\d{1,18}")) return Long.parseLong(text);
            throw Wire.malformed(WHAT, "its size is no number");
        }
    }
}
