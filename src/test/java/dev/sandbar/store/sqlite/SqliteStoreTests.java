package dev.sandbar.store.sqlite;

import static dev.sandbar.store.Change.NEW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sandbar.store.Change;
import dev.sandbar.store.Change.Append;
import dev.sandbar.store.Change.Drop;
import dev.sandbar.store.Change.Put;
import dev.sandbar.store.Change.Retention;
import dev.sandbar.store.Commit;
import dev.sandbar.store.Document;
import dev.sandbar.store.LogRange;
import dev.sandbar.store.Store;
import dev.sandbar.store.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** What the contract doesn't say: what outlives a close, bounds, and threads. */
class SqliteStoreTests {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final SqliteSettings SMALL = new SqliteSettings(1, 10, 3, Store.COMMIT_MAX);

    @TempDir
    Path directory;

    @SuppressWarnings("NullAway.Init") // before each test
    private Path file;

    @SuppressWarnings("NullAway.Init")
    private SqliteStore store;

    @BeforeEach
    void open() {
        file = directory.resolve("store.db");
        store = SqliteStore.open(file, SMALL);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void everythingIsThereAfterItWasClosed() throws Exception {
        long version = get(store.commit(put("a"), entries(2, Retention.ALL))).version();
        store.close();
        assertThat(names()).containsExactlyInAnyOrder("store.db", "store.db.lock");

        store = SqliteStore.open(file, SMALL);
        assertThat(get(store.find("kind", "a")).version()).isEqualTo(version);
        Commit next = get(store.commit(put("b"), entries(1, Retention.ALL)));
        assertThat(next.version()).isGreaterThan(version);
        assertThat(next.last()).isEqualTo(Map.of("log", 3L));
    }

    @Test
    void retentionGoesOnAfterItWasClosed() {
        get(store.commit(entries(7, new Retention(5, Long.MAX_VALUE))));
        store.close();

        store = SqliteStore.open(file, SMALL);
        get(store.commit(entries(1, new Retention(100, 30))));
        assertThat(get(store.range("log"))).isEqualTo(new LogRange(6, 8));
    }

    @Test
    void aLongLogIsDroppedAtOnceAndItsEntriesBitByBit() throws Exception {
        for (int i = 0; i < 5; i++) {
            get(store.commit(entries(1_000, Retention.ALL)));
        }
        assertThat(get(store.commit(new Drop("log"), entries(1, Retention.ALL)).map(Commit::last)))
                .isEqualTo(Map.of("log", 1L));

        assertThat(get(store.range("log"))).isEqualTo(new LogRange(1, 1));
        await().untilAsserted(() -> assertThat(rows("entry")).isEqualTo(1));
        await().untilAsserted(() -> assertThat(rows("dropped")).isZero());
    }

    @Test
    void ofTwoLogsOnlyTheDroppedOneGoes() throws Exception {
        get(store.commit(new Append("first", List.of(new byte[1]), Retention.ALL)));
        get(store.commit(entries(3, Retention.ALL)));
        get(store.commit(new Drop("log")));
        await().untilAsserted(() -> assertThat(rows("entry")).isEqualTo(1));
        await().untilAsserted(() -> assertThat(rows("dropped")).isZero());
        assertThat(get(store.range("first"))).isEqualTo(new LogRange(1, 1));
    }

    @Test
    void whatIsLeftOfADroppedLogGoesAfterTheNextStart() throws Exception {
        get(store.commit(entries(1_000, Retention.ALL)));
        store.close();
        try (Connection connection = connect()) {
            Database.execute(connection, "INSERT INTO dropped SELECT id FROM log");
            Database.execute(connection, "DELETE FROM log");
        }

        store = SqliteStore.open(file, SMALL);
        get(store.commit(put("a")));
        await().untilAsserted(() -> assertThat(rows("entry")).isZero());
    }

    /** Three may be in the writer's hands, three wait. */
    @Test
    void beyondItsQueueCommitsAreRefusedAndNothingOfThemIsLeft() throws Exception {
        List<String> refused = new CopyOnWriteArrayList<>();
        Mono<List<Commit>> made = Flux.range(0, 20)
                .flatMap(i -> unlessRefused("d" + i, refused), 20)
                .collectList()
                .cache();
        try (Connection other = connect()) {
            Database.execute(other, "BEGIN IMMEDIATE");
            made.subscribe();
            await().until(() -> refused.size() >= 14);
            Database.execute(other, "ROLLBACK");
        }
        assertThat(get(made)).hasSize(20 - refused.size());
        assertThat(get(store.list("kind").map(Document::id).collectList()))
                .doesNotContainAnyElementsOf(refused)
                .hasSize(20 - refused.size());
    }

    private Mono<Commit> unlessRefused(String id, List<String> refused) {
        return store.commit(put(id)).onErrorResume(StoreException.Busy.class, busy -> {
            refused.add(id);
            return Mono.empty();
        });
    }

    /** Half of what the failed one did is done when it fails. */
    @Test
    void commitThatFailsLeavesNothingAndTheNextOneSucceeds() throws Exception {
        get(store.commit(put("a")));
        try (Connection other = connect()) {
            Database.execute(other, "ALTER TABLE entry RENAME TO away");
            for (int i = 0; i < 3; i++) {
                StepVerifier.create(store.commit(put("b"), new Append("log", List.of(new byte[1]), Retention.ALL)))
                        .verifyError(StoreException.Unavailable.class);
            }
            Database.execute(other, "ALTER TABLE away RENAME TO entry");
        }
        get(store.commit(put("c"), new Append("log", List.of(new byte[1]), Retention.ALL)));
        assertThat(get(store.list("kind").map(Document::id).collectList())).containsExactly("a", "c");
        assertThat(get(store.range("log"))).isEqualTo(new LogRange(1, 1));
    }

    @Test
    void whoIsSlowToTakeAnAnswerDoesNotHoldUpTheWriter() throws Exception {
        CountDownLatch slow = new CountDownLatch(1);
        Mono<Commit> first = store.commit(put("a"))
                .publishOn(Schedulers.boundedElastic())
                .doOnNext(commit -> hold(slow))
                .cache();
        first.subscribe();
        for (int i = 0; i < 50; i++) {
            get(store.commit(put("b" + i)));
        }
        slow.countDown();
        get(first);
    }

    @Test
    void closingAnswersEveryCommit() {
        SqliteStore many = SqliteStore.open(directory.resolve("many.db"), SqliteSettings.DEFAULT);
        Mono<List<Boolean>> answers = Flux.range(0, 2_000)
                .flatMap(i -> answered(many, "d" + i).subscribeOn(Schedulers.parallel()), 2_000)
                .collectList()
                .cache();
        answers.subscribe();
        await().until(() -> Boolean.TRUE.equals(many.list("kind").hasElements().block()));
        many.close();

        List<Boolean> done = get(answers);
        assertThat(done).hasSize(2_000);
        try (SqliteStore again = SqliteStore.open(directory.resolve("many.db"), SqliteSettings.DEFAULT)) {
            assertThat(get(again.list("kind").count()))
                    .isEqualTo(done.stream().filter(yes -> yes).count());
        }
    }

    private static Mono<Boolean> answered(SqliteStore store, String id) {
        return store.commit(put(id))
                .map(commit -> true)
                .onErrorResume(StoreException.Unavailable.class, closed -> Mono.just(false));
    }

    @Test
    void whatIsClosedIsUnavailable() {
        store.close();
        store.close();

        StepVerifier.create(store.commit(put("a"))).verifyError(StoreException.Unavailable.class);
        StepVerifier.create(store.find("kind", "a")).verifyError(StoreException.Unavailable.class);
        StepVerifier.create(store.list("kind")).verifyError(StoreException.Unavailable.class);
        StepVerifier.create(store.read("log", 0, 1)).verifyError(StoreException.Unavailable.class);
    }

    @Test
    void whatIsClosedLeavesNoThreadAndNoOpenFile() throws Exception {
        get(store.commit(put("a")));
        get(store.find("kind", "a"));
        List<Thread> threads = threads();
        assertThat(threads).isNotEmpty().allMatch(Thread::isDaemon);
        store.close();
        for (Thread thread : threads) thread.join(10_000);
        assertThat(threads).noneMatch(Thread::isAlive);
        assertThat(OpenFiles.in(directory)).isEmpty();
    }

    /** The other tests of this class close their stores before. */
    private static List<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().matches("store-(answer|reader).*"))
                .toList();
    }

    @Test
    void whoIsInterruptedWhileItClosesStaysInterruptedAndLeavesNothingOpen() throws Exception {
        get(store.commit(put("a")));
        get(store.find("kind", "a"));
        Thread.currentThread().interrupt();
        store.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(OpenFiles.in(directory)).isEmpty();
    }

    @Test
    void answersComeOnThreadsThatDoNoInputOrOutput() {
        String written = get(store.commit(put("a")).map(commit -> thread()));
        String found = get(store.find("kind", "a").map(document -> thread()));
        String listed = get(store.list("kind").map(document -> thread()).next());
        assertThat(List.of(written, found, listed)).allMatch(name -> name.startsWith("store-answer"));
    }

    private static String thread() {
        return Thread.currentThread().getName();
    }

    private long rows(String table) throws SQLException {
        try (Connection connection = connect()) {
            return Database.number(connection, "SELECT count(*) FROM " + table);
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file);
    }

    private List<String> names() throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(each -> each.getFileName().toString()).toList();
        }
    }

    private static void hold(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static Put put(String id) {
        return new Put("kind", id, NEW, new byte[100]);
    }

    /** Of ten bytes each. */
    private static Change entries(int count, Retention keep) {
        return new Append("log", Collections.nCopies(count, new byte[10]), keep);
    }

    private static <T> T get(Mono<T> answer) {
        return Objects.requireNonNull(answer.block(SOON));
    }
}
