package dev.sandbar.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandbar.store.sqlite.Child;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What a cache keeps between runs, and what its file can do to it while it runs: nothing. */
@DisplayName("a.10.7 what is kept between runs")
class TokenStoreTests {

    @TempDir
    Path directory;

    private Path file;
    private VirtualCache virtual;

    @BeforeEach
    void open() {
        file = directory.resolve("tokens.json");
        virtual = new VirtualCache(file);
    }

    @AfterEach
    void close() {
        virtual.close();
    }

    @Test
    void nextRunNeedsNoRequest() {
        virtual.source.answers(Mono.just(new TokenAnswer("t", null, null, ScriptedSource.LIFE, null, true)));
        virtual.get("a");
        save();
        try (VirtualCache next = new VirtualCache(file)) {
            assertThat(next.get("a")).isEqualTo("t");
            assertThat(next.cache.gpu("a").toFuture()).isCompletedWithValue(true);
            assertThat(next.source.issues).hasValue(0);
            assertThat(next.source.kinds).hasValue(0);
        }
    }

    @Test
    void endOfATokenIsTheSameInTheNextRun() {
        virtual.pass(Duration.ofMinutes(20));
        virtual.get("a");
        save();
        try (VirtualCache next = new VirtualCache(file)) {
            next.clockAhead = Duration.ofMinutes(20).plus(ScriptedSource.LIFE).minusMinutes(2);
            assertThat(next.get("a")).isEqualTo("a-1");
        }
        try (VirtualCache later = new VirtualCache(file)) {
            later.clockAhead = Duration.ofMinutes(20).plus(ScriptedSource.LIFE);
            later.get("a");
            assertThat(later.source.issues).hasValue(1);
        }
    }

    @Test
    void whatIsLearntOfASandboxIsInTheFileAtOnceWithTheTokenThatIsThere() throws IOException {
        virtual.source.answers(Mono.just(new TokenAnswer("t", null, null, ScriptedSource.LIFE, null, null)));
        virtual.get("a");
        save();
        assertThat(Files.readString(file)).doesNotContain("\"gpu\"");
        Boolean gpu = virtual.cache.gpu("a").toFuture().join();
        save();
        assertThat(Files.readString(file)).contains("\"gpu\":" + gpu);
        try (VirtualCache next = new VirtualCache(file)) {
            assertThat(next.cache.gpu("a").toFuture()).isCompletedWithValue(gpu);
            assertThat(next.get("a")).isEqualTo("t");
            assertThat(next.source.kinds).hasValue(0);
            assertThat(next.source.issues).hasValue(0);
        }
    }

    @Test
    void fileIsReadAtTheFirstUseAndOnceOnly() throws IOException {
        virtual.get("a");
        save();
        byte[] saved = Files.readAllBytes(file);
        try (VirtualCache next = new VirtualCache(file)) {
            Files.write(
                    file,
                    new String(saved, StandardCharsets.UTF_8)
                            .replace("a-1", "changed")
                            .getBytes(StandardCharsets.UTF_8));
            assertThat(next.get("a")).isEqualTo("changed");
            Files.write(file, saved);
            assertThat(next.get("a")).isEqualTo("changed");
        }
    }

    @Test
    @DisplayName("a.10.7 one write for each 50 ms, however many entries")
    void changesAreGatheredAndWrittenOnce() {
        for (int i = 0; i < 500; i++) {
            virtual.get("sb" + i);
            if (i % 20 == 0) virtual.pass(Duration.ofMillis(1));
        }
        virtual.pass(Duration.ofMillis(24));
        assertThat(virtual.metrics().saves()).isZero();
        virtual.pass(Duration.ofMillis(1));
        assertThat(virtual.metrics().saves()).isEqualTo(1);
        assertThat(content()).contains("\"sb0\"", "\"sb499\"");
        virtual.get("one more");
        virtual.pass(Duration.ofMillis(50));
        assertThat(virtual.metrics().saves()).isEqualTo(2);
    }

    @Test
    void hitsAndUnknownEndsWriteNothing() {
        virtual.get("a");
        save();
        virtual.source.answers(Mono.just(ScriptedSource.lasting("endless", null)));
        virtual.get("b");
        virtual.get("a");
        virtual.pass(Duration.ofSeconds(5));
        assertThat(virtual.metrics().saves()).isEqualTo(1);
        assertThat(content()).doesNotContain("endless");
    }

    @Test
    void savedDoesNotWaitForMoreToCome() {
        virtual.get("a");
        CompletableFuture<@Nullable Void> saved = virtual.cache.saved().toFuture();
        assertThat(saved).isCompleted();
        assertThat(content()).contains("a-1");
        assertThat(virtual.cache.saved().toFuture()).isCompleted();
    }

    @Test
    void expiredEntriesAreDroppedAtTheFirstUseAndTheCleanedFileIsSaved() {
        virtual.source.answers(Duration.ofSeconds(30));
        virtual.get("short");
        virtual.source.answers(ScriptedSource.LIFE);
        virtual.get("long");
        save();
        try (VirtualCache next = new VirtualCache(file)) {
            next.clockAhead = Duration.ofMinutes(1);
            assertThat(next.get("long")).isEqualTo("long-2");
            next.pass(Duration.ofMillis(50));
            assertThat(next.metrics().saves()).isEqualTo(1);
            assertThat(content()).contains("long-2").doesNotContain("short");
            assertThat(next.get("short")).isEqualTo("short-1");
            assertThat(next.source.issues).hasValue(1);
        }
    }

    @Test
    void evictedClearedAndRefusedTokensLeaveTheFile() {
        virtual.get("evicted");
        virtual.cache.invalidate(virtual.token("refused"));
        virtual.get("stays");
        save();
        virtual.cache.evict("evicted");
        save();
        assertThat(content()).contains("stays-3").doesNotContain("evicted-1").doesNotContain("refused-2");
        virtual.get("refused");
        assertThat(virtual.cache.clear().toFuture()).isCompleted();
        assertThat(content()).doesNotContain("stays-3", "refused-4");
        virtual.get("new");
        save();
        assertThat(content()).contains("new-5");
    }

    @Test
    void goneSandboxLeavesTheFile() {
        virtual.get("a");
        save();
        virtual.pass(Duration.ofMinutes(29));
        virtual.source.fails(404);
        virtual.get("a");
        save();
        assertThat(content()).doesNotContain("a-1");
    }

    @Test
    void whatHappensBeforeTheFirstUseHoldsAfterIt() {
        virtual.get("evicted");
        AccessToken refused = virtual.token("refused");
        virtual.get("stays");
        save();
        try (VirtualCache next = new VirtualCache(file)) {
            next.pass(Duration.ofMillis(1));
            next.cache.evict("evicted");
            next.cache.invalidate(refused);
            assertThat(next.get("stays")).isEqualTo("stays-3");
            assertThat(next.source.issues).hasValue(0);
            next.get("refused");
            next.get("evicted");
            assertThat(next.source.issues).hasValue(2);
        }
        try (VirtualCache next = new VirtualCache(file)) {
            next.pass(Duration.ofMillis(1));
            assertThat(next.cache.clear().toFuture()).isCompleted();
            next.get("stays");
            assertThat(next.source.issues).hasValue(1);
        }
    }

    @Test
    @DisplayName("a.5 two caches on one file lose nothing of each other, and bring back nothing that one has dropped")
    void twoCachesShareAFile() {
        try (VirtualCache other = new VirtualCache(file)) {
            for (int i = 0; i < 50; i++) {
                virtual.get("one" + i);
                other.get("other" + i);
            }
            save();
            assertThat(other.cache.saved().toFuture()).isCompleted();
            other.get("late");
            virtual.pass(Duration.ofMillis(1));
            virtual.cache.evict("late");
            save();
            other.cache.evict("one7");
            assertThat(other.cache.saved().toFuture()).isCompleted();
            virtual.get("more");
            save();
        }
        try (VirtualCache next = new VirtualCache(file)) {
            for (int i = 0; i < 50; i++) {
                if (i != 7) next.get("one" + i);
                next.get("other" + i);
            }
            assertThat(next.source.issues).hasValue(0);
            assertThat(content()).doesNotContain("one7-", "late-");
        }
    }

    @Test
    void tornOrDeletedOrReplacedFileFailsNoCall() throws IOException {
        virtual.get("a");
        save();
        Files.delete(file);
        virtual.get("b");
        save();
        assertThat(content()).contains("b-2");
        Files.writeString(file, "rubbish \u0000");
        virtual.get("c");
        save();
        assertThat(content()).contains("c-3");
        assertThat(virtual.metrics().setAside()).isEqualTo(1);
        Files.delete(file);
        Files.createDirectories(file.resolve("a directory"));
        assertThat(virtual.get("d")).isEqualTo("d-4");
        assertThat(virtual.cache.saved().toFuture()).isCompletedExceptionally();
        assertThat(virtual.get("a")).isEqualTo("a-1");
        assertThat(virtual.metrics().saveFailures()).isEqualTo(1);
    }

    @Test
    void unusableFileIsAnEmptyCache() throws IOException {
        Files.createDirectories(file.resolve("a directory"));
        assertThat(virtual.get("a")).isEqualTo("a-1");
        Files.delete(file.resolve("a directory"));
        Files.delete(file);
        Files.writeString(file, "rubbish");
        try (VirtualCache next = new VirtualCache(file)) {
            assertThat(next.get("a")).isEqualTo("a-1");
            next.pass(Duration.ofMillis(50));
            assertThat(next.metrics().setAside()).isEqualTo(1);
            assertThat(content()).contains("a-1");
        }
    }

    @Test
    void whatCouldNotBeWrittenIsTriedAgainWithGrowingPauses() throws IOException {
        Files.createDirectories(file.resolve("a directory"));
        virtual.get("a");
        virtual.pass(Duration.ofMillis(50));
        assertThat(virtual.metrics().saveFailures()).isEqualTo(2);
        virtual.get("b");
        virtual.pass(Duration.ofMillis(999));
        assertThat(virtual.metrics().saveFailures()).isEqualTo(2);
        virtual.pass(Duration.ofMillis(1));
        assertThat(virtual.metrics().saveFailures()).isEqualTo(3);
        Files.delete(file.resolve("a directory"));
        Files.delete(file);
        virtual.pass(Duration.ofSeconds(2));
        assertThat(content()).contains("a-1", "b-2");
        virtual.pass(Duration.ofMinutes(5));
        assertThat(virtual.metrics().saves()).isEqualTo(1);
    }

    @Test
    void savesWaitForAnotherProcessOnlyForAWhile() throws IOException {
        virtual.get("a");
        try (Child child = new Child(LockHolder.class, file + ".lock")) {
            assertThat(child.line()).isEqualTo("locked");
            CompletableFuture<@Nullable Void> saved = virtual.cache.saved().toFuture();
            virtual.pass(Duration.ofSeconds(9));
            assertThat(saved).isNotDone();
            assertThat(virtual.get("b")).isEqualTo("b-2");
            virtual.pass(Duration.ofSeconds(1));
            assertThat(saved).isCompletedExceptionally();
        }
        virtual.pass(Duration.ofSeconds(1));
        assertThat(content()).contains("a-1", "b-2");
    }

    @Test
    void savesGoOnWhenAnotherProcessIsDone() throws IOException {
        virtual.get("a");
        CompletableFuture<@Nullable Void> saved;
        try (Child child = new Child(LockHolder.class, file + ".lock")) {
            assertThat(child.line()).isEqualTo("locked");
            saved = virtual.cache.saved().toFuture();
        }
        virtual.pass(Duration.ofMillis(20));
        assertThat(saved).isCompleted();
    }

    @Test
    void closedStoreTellsThoseWhoWait() throws IOException {
        virtual.get("a");
        try (Child child = new Child(LockHolder.class, file + ".lock")) {
            assertThat(child.line()).isEqualTo("locked");
            CompletableFuture<@Nullable Void> saved = virtual.cache.saved().toFuture();
            virtual.close();
            assertThatThrownBy(saved::join).isInstanceOf(CancellationException.class);
        }
        assertThat(virtual.cache.saved().toFuture()).isCompleted();
    }

    @Test
    void changesAfterClearDuringARefreshAreNotSavedEither() {
        Sinks.One<TokenAnswer> old = Sinks.one();
        virtual.source.answers(old.asMono());
        CompletableFuture<@Nullable AccessToken> before = virtual.cache.get("a").toFuture();
        assertThat(virtual.cache.clear().toFuture()).isCompleted();
        old.tryEmitValue(ScriptedSource.lasting("old", ScriptedSource.LIFE));
        assertThat(before).isCompleted();
        save();
        assertThat(content()).doesNotContain("\"old\"");
    }

    private void save() {
        assertThat(virtual.cache.saved().toFuture()).isCompleted();
    }

    private String content() {
        try {
            return Files.readString(file);
        } catch (IOException missing) {
            return "";
        }
    }
}
