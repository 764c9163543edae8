package dev.sandbar.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.io.buffer.DataBuffer;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** A file that changes while it is read: what was given out until then is never all of it. */
class LocalFileTests {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int PIECE = 64 * 1024;
    private static final int PIECES = 4;
    private static final Scheduler THREADS = Schedulers.newBoundedElastic(2, 10, "files");

    @TempDir
    Path directory;

    private Path path;

    @BeforeEach
    void make() throws IOException {
        path = Files.write(directory.resolve("f"), new byte[PIECES * PIECE]);
        Files.setLastModifiedTime(path, FileTime.fromMillis(1_000_000));
    }

    @AfterAll
    static void stop() {
        THREADS.dispose();
    }

    private interface Change {
        void to(Path path) throws IOException;
    }

    private void change(Change change) {
        try {
            change.to(path);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void assertRefused(Change change) {
        Flux<DataBuffer> bytes = LocalFile.of(path).read(THREADS);
        StepVerifier.create(bytes, 0)
                .thenRequest(1)
                .consumeNextWith(buffer -> change(change))
                .thenRequest(10)
                .thenConsumeWhile(buffer -> true)
                .consumeErrorWith(error -> assertThat(error)
                        .isInstanceOf(SandboxClientException.class)
                        .hasMessageContaining("was changed while it was read"))
                .verify(LIMIT);
    }

    @Test
    void itIsReadAsOftenAsItIsWantedWhereItStaysTheSame() {
        LocalFile file = LocalFile.of(path);
        assertThat(file.size()).isEqualTo(PIECES * PIECE);
        for (int i = 0; i < 2; i++) {
            StepVerifier.create(file.read(THREADS).map(DataBuffer::readableByteCount))
                    .expectNext(PIECE, PIECE, PIECE, PIECE)
                    .expectComplete()
                    .verify(LIMIT);
        }
    }

    @Test
    void anAppendedByteIsFoundBeforeTheLastPieceIsGivenOut() {
        Flux<DataBuffer> bytes = LocalFile.of(path).read(THREADS);
        StepVerifier.create(bytes, PIECES - 1)
                .expectNextCount(PIECES - 1)
                .then(() -> change(each -> Files.write(each, new byte[1], StandardOpenOption.APPEND)))
                .thenRequest(1)
                .expectErrorMessage(path + " was changed while it was read")
                .verify(LIMIT);
    }

    @Test
    void oneThatIsCutIsRefused() {
        assertRefused(each -> {
            try (FileChannel channel = FileChannel.open(each, StandardOpenOption.WRITE)) {
                channel.truncate(PIECE + 1);
            }
        });
    }

    @Test
    void oneThatIsWrittenToInPlaceIsRefused() {
        assertRefused(each -> Files.write(each, new byte[PIECES * PIECE], StandardOpenOption.WRITE));
    }

    @Test
    void oneInWhosePlaceAnotherHasComeIsRefused() {
        assertRefused(each -> {
            Path other = Files.write(each.resolveSibling("g"), new byte[PIECES * PIECE]);
            Files.setLastModifiedTime(other, FileTime.fromMillis(1_000_000));
            Files.move(other, each, StandardCopyOption.ATOMIC_MOVE);
        });
    }

    @Test
    void oneThatHasChangedSinceItWasFoundIsRefusedFromTheBegin() throws IOException {
        LocalFile file = LocalFile.of(path);
        Files.writeString(path, "short");
        StepVerifier.create(file.read(THREADS))
                .expectErrorMessage(path + " was changed while it was read")
                .verify(LIMIT);
    }

    @Test
    void noDescriptorStaysOpen() throws IOException {
        long before = open();
        for (int i = 0; i < 50; i++) {
            LocalFile.of(path).read(THREADS).take(1).blockLast(LIMIT);
        }
        Awaitility.await().until(() -> open() <= before + 5);
    }

    private static long open() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }
}
