package dev.sandbar.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;
import reactor.core.scheduler.Scheduler;

/**
 * A file of this machine as it is now: it is read as often as needed, as long as it stays so. Its last bytes are given out
 * only when it was found unchanged behind them, so that nobody who knows its size takes a mixture for the whole.
 */
final class LocalFile {

    private static final int PIECE = 64 * 1024;

    private final Path path;
    private final State state;

    /** What changes when a file does. */
    private record State(
            long size, FileTime modified, @Nullable Object identity) {}

    private LocalFile(Path path, State state) {
        this.path = path;
        this.state = state;
    }

    /** Blocks. */
    static LocalFile of(Path path) {
        return new LocalFile(path, state(path));
    }

    private static State state(Path path) {
        try {
            BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class);
            if (!found.isRegularFile()) throw new IOException(path + " isn't a file");
            return new State(found.size(), found.lastModifiedTime(), found.fileKey());
        } catch (IOException failed) {
            throw new UncheckedIOException("The file can't be read", failed);
        }
    }

    long size() {
        return state.size();
    }

    /** Lazy, each time from the beginning, on these threads; as fast as it is asked for. */
    Flux<DataBuffer> read(Scheduler threads) {
        return Flux.usingWhen(
                Mono.fromCallable(Reading::new).subscribeOn(threads),
                reading -> Flux.<DataBuffer>generate(reading::next).subscribeOn(threads),
                reading -> Mono.fromRunnable(reading::close).subscribeOn(threads));
    }

    /** One way through it. */
    private final class Reading {

        private final FileChannel channel;
        private long offset;

        Reading() {
            try {
                channel = FileChannel.open(path, StandardOpenOption.READ);
            } catch (IOException failed) {
                throw new UncheckedIOException("The file can't be read", failed);
            }
        }

        void next(SynchronousSink<DataBuffer> sink) {
            int count = (int) Math.min(PIECE, size() - offset);
            byte[] bytes = bytes(count);
            offset += count;
            boolean last = offset == size();
            if (last && !state(path).equals(state)) throw changed();
            if (count > 0) sink.next(DefaultDataBufferFactory.sharedInstance.wrap(bytes));
            if (last) sink.complete();
        }

        private byte[] bytes(int count) {
            ByteBuffer piece = ByteBuffer.allocate(count);
            try {
                while (piece.hasRemaining()) {
                    if (channel.read(piece, offset + piece.position()) < 0) throw changed();
                }
                return piece.array();
            } catch (IOException failed) {
                throw new UncheckedIOException("The file can't be read", failed);
            }
        }

        private SandboxClientException changed() {
            return new SandboxClientException(path + " was changed while it was read", null);
        }

        void close() {
            try {
                channel.close();
            } catch (IOException failed) {
                throw new UncheckedIOException("The file can't be closed", failed);
            }
        }
    }
}
