package dev.sandbar.runtime;

/** What reading a file emits. */
public sealed interface FileEvent {

    /** The file is open and described; its bytes follow. */
    record Opened(FileEntry entry) implements FileEvent {}

    /** Some of its bytes. */
    @SuppressWarnings("ArrayRecordComponent") // handed through untouched, never compared
    record Bytes(byte[] bytes) implements FileEvent {}
}
