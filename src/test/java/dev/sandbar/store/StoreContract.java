package dev.sandbar.store;

import static dev.sandbar.store.Change.ANY;
import static dev.sandbar.store.Change.NEW;
import static dev.sandbar.store.Change.Retention.ALL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandbar.store.Change.Append;
import dev.sandbar.store.Change.Delete;
import dev.sandbar.store.Change.Drop;
import dev.sandbar.store.Change.Put;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.util.RaceTestUtils;

/** What each store holds to. */
public abstract class StoreContract extends LogContract {

    @Test
    void aDocumentIsReadAsItWasWritten() {
        Commit commit = commit(put("a", NEW, "one"));

        Document found = find("a");
        assertThat(found.kind()).isEqualTo("kind");
        assertThat(found.id()).isEqualTo("a");
        assertThat(found.version()).isEqualTo(commit.version()).isPositive();
        assertThat(found.content()).asString().isEqualTo("one");
        assertThat(commit.last()).isEmpty();
    }

    @Test
    void whatWasNeverWrittenIsNotThere() {
        StepVerifier.create(store.find("kind", "a")).verifyComplete();
        StepVerifier.create(store.list("kind")).verifyComplete();
        StepVerifier.create(store.read("log", 0, 10)).verifyComplete();
        StepVerifier.create(store.range("log")).expectNext(LogRange.NONE).verifyComplete();
    }

    @Test
    void nothingIsWrittenBeforeSomebodySubscribes() {
        Mono<Commit> commit = store.commit(put("a", ANY, "one"), append("one"));
        StepVerifier.create(store.find("kind", "a")).verifyComplete();

        get(commit);
        get(commit);
        assertThat(range()).isEqualTo(new LogRange(1, 2));
    }

    @Test
    void aDocumentIsOnlyReplacedInTheVersionThatIsExpected() {
        long first = commit(put("a", NEW, "one")).version();
        long second = commit(put("a", first, "two")).version();

        assertThat(second).isGreaterThan(first);
        assertConflict(put("a", first, "stale"));
        assertConflict(put("a", NEW, "again"));
        assertConflict(put("b", first, "missing"));
        assertThat(text("a")).isEqualTo("two");
        commit(put("a", ANY, "three"));
        commit(put("b", ANY, "first"));
        assertThat(text("a")).isEqualTo("three");
        assertThat(text("b")).isEqualTo("first");
    }

    @Test
    void aDocumentIsOnlyRemovedInTheVersionThatIsExpected() {
        long first = commit(put("a", NEW, "one")).version();

        assertConflict(new Delete("kind", "a", first + 1));
        assertConflict(new Delete("kind", "a", NEW));
        assertConflict(new Delete("kind", "b", first));
        commit(new Delete("kind", "a", first));
        StepVerifier.create(store.find("kind", "a")).verifyComplete();
        commit(new Delete("kind", "a", ANY));
        commit(new Delete("kind", "a", NEW));
    }

    @Test
    void aConflictNamesTheDocument() {
        StepVerifier.create(store.commit(put("a", 7, "x"))).verifyErrorMessage("kind a was changed by somebody else");
    }

    @Test
    void aVersionIsNeverUsedAgain() {
        long first = commit(put("a", NEW, "one")).version();
        long removed = commit(new Delete("kind", "a", first)).version();
        long second = commit(put("a", NEW, "two")).version();
        long elsewhere = commit(append("x")).version();

        assertThat(List.of(first, removed, second, elsewhere))
                .doesNotHaveDuplicates()
                .isSorted();
        assertConflict(put("a", first, "stale"));
    }

    @Test
    void allDocumentsOfACommitHaveItsVersion() {
        Commit commit = commit(put("a", NEW, "one"), put("b", NEW, "two"));

        assertThat(find("a").version()).isEqualTo(commit.version());
        assertThat(find("b").version()).isEqualTo(commit.version());
    }

    @Test
    void aConflictUndoesEverythingThatCameWithIt() {
        commit(put("taken", NEW, "one"), put("old", NEW, "one"), put("gone", NEW, "one"), append("kept"));

        assertConflict(
                put("a", NEW, "x"),
                put("old", ANY, "x"),
                append("x"),
                new Append("other", List.of(bytes("x")), ALL),
                new Drop("log"),
                new Delete("kind", "gone", ANY),
                put("taken", NEW, "x"));
        StepVerifier.create(store.find("kind", "a")).verifyComplete();
        assertThat(text("old")).isEqualTo("one");
        assertThat(text("gone")).isEqualTo("one");
        assertThat(texts(0, 10)).containsExactly("kept");
        assertThat(get(store.range("other"))).isEqualTo(LogRange.NONE);
        assertThat(commit(append("next")).last()).isEqualTo(Map.of("log", 2L));
    }

    @Test
    void documentsAndLogsChangeTogether() {
        commit(put("a", NEW, "one"), append("one"));

        Commit commit = commit(new Delete("kind", "a", ANY), put("b", NEW, "two"), append("two", "three"));
        StepVerifier.create(store.find("kind", "a")).verifyComplete();
        assertThat(text("b")).isEqualTo("two");
        assertThat(texts(0, 10)).containsExactly("one", "two", "three");
        assertThat(commit.last()).isEqualTo(Map.of("log", 3L));
    }

    @Test
    void anEmptyCommitIsAnsweredToo() {
        long before = commit(put("a", NEW, "one")).version();

        assertThat(commit().version()).isGreaterThan(before);
    }

    @Test
    void documentsAreListedByTheirIds() {
        commit(put("b", NEW, "2"), put("a", NEW, "1"), put("c/1", NEW, "3"));
        commit(new Put("other", "x", NEW, bytes("x")));

        StepVerifier.create(store.list("kind").map(Document::id))
                .expectNext("a", "b", "c/1")
                .verifyComplete();
    }

    @Test
    void aListHoldsWhatIsThereAllTheWhile() {
        for (int i = 0; i < 1_000; i++) {
            commit(put("d" + (10_000 + i), NEW, "old"));
        }
        AtomicInteger next = new AtomicInteger();
        Flux<String> list = store.list("kind")
                .map(Document::id)
                .publishOn(Schedulers.boundedElastic(), 1)
                .doOnNext(id -> changeSomething(next.getAndIncrement()));

        List<String> seen = get(list.collectList());
        assertThat(seen).isSorted().doesNotHaveDuplicates();
        assertThat(seen)
                .containsAll(IntStream.range(0, 900)
                        .mapToObj(i -> "d" + (10_000 + i))
                        .toList());
    }

    private void changeSomething(int step) {
        if (step % 50 != 0) return;
        commit(put("d" + (10_000 + step) + "/new", ANY, "new"));
        commit(new Delete("kind", "d" + (10_999 - step / 10), ANY));
    }

    @Test
    void ofManyWritersOneWinsEachVersion() {
        long version = NEW;
        for (int round = 0; round < 3; round++) {
            long expected = version;
            List<Commit> won = get(Flux.range(0, 500)
                    .flatMap(
                            i -> store.commit(put("a", expected, "w" + i), append("w" + i))
                                    .subscribeOn(Schedulers.parallel())
                                    .onErrorResume(StoreException.Conflict.class, lost -> Mono.empty()),
                            500)
                    .collectList());
            assertThat(won).hasSize(1);
            version = won.get(0).version();
            assertThat(find("a").version()).isEqualTo(version);
            assertThat(text("a")).isEqualTo(texts(round, 10).get(0));
        }
        assertThat(range()).isEqualTo(new LogRange(1, 3));
    }

    @Test
    void aCommitThatIsCancelledIsThereWholeOrNotAtAll() {
        for (int i = 0; i < 300; i++) {
            String id = "d" + i;
            Mono<Commit> commit = store.commit(
                    put(id, NEW, "x"), put(id + "/2", NEW, "x"), new Append(id, List.of(bytes("1"), bytes("2")), ALL));
            Disposable.Swap running = reactor.core.Disposables.swap();
            RaceTestUtils.race(() -> running.update(commit.subscribe()), running::dispose);
        }

        commit(append("behind them all"));
        for (int i = 0; i < 300; i++) {
            boolean there = Boolean.TRUE.equals(get(store.find("kind", "d" + i).hasElement()));
            assertThat(get(store.find("kind", "d" + i + "/2").hasElement())).isEqualTo(there);
            assertThat(get(store.range("d" + i)).last()).isEqualTo(there ? 2 : 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "white space", "umläut", "semi;colon", "per%cent", "new\nline"})
    void oddNamesAreRefused(String name) {
        String message = "must be of 1 to 200 characters of [A-Za-z0-9_./-], not \"" + name + "\"";
        assertThatThrownBy(() -> new Put(name, "a", ANY, bytes("x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("A document's kind " + message);
        assertThatThrownBy(() -> new Delete("kind", name, ANY)).hasMessage("A document's id " + message);
        assertThatThrownBy(() -> new Append(name, List.of(), ALL)).hasMessage("A log's name " + message);
        assertThatThrownBy(() -> new Drop(name)).hasMessage("A log's name " + message);
        StepVerifier.create(store.find(name, name)).verifyComplete();
        StepVerifier.create(store.list(name)).verifyComplete();
        StepVerifier.create(store.range(name)).expectNext(LogRange.NONE).verifyComplete();
        StepVerifier.create(store.read(name, 0, 1)).verifyComplete();
    }

    @Test
    void namesMayBeLongButNotLonger() {
        String longest = "aZ09_./-".repeat(25);
        commit(put(longest, NEW, "x"), new Append(longest, List.of(bytes("x")), ALL));

        assertThat(text(longest)).isEqualTo("x");
        assertThat(get(store.range(longest)).last()).isEqualTo(1);
        assertThatThrownBy(() -> put(longest + "a", NEW, "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void contentsMayBeEmptyOrLargeButNotLarger() {
        byte[] large = new byte[Store.CONTENT_MAX];
        Arrays.fill(large, (byte) 7);
        commit(new Put("kind", "a", NEW, large), new Append("log", List.of(large, new byte[0], large), ALL));
        commit(put("empty", NEW, ""));

        assertThat(find("a").content()).isEqualTo(large);
        assertThat(find("empty").content()).isEmpty();
        assertThat(get(store.read("log", 0, 10)
                        .map(entry -> entry.content().length)
                        .collectList()))
                .containsExactly(large.length, 0, large.length);
        byte[] larger = new byte[Store.CONTENT_MAX + 1];
        assertThatThrownBy(() -> new Put("kind", "a", ANY, larger))
                .hasMessage("kind a has 1048577 bytes, more than 1048576");
        assertThatThrownBy(() -> new Append("log", List.of(larger), ALL))
                .hasMessage("An entry of log has 1048577 bytes, more than 1048576");
    }

    @Test
    void aCommitHasABound() {
        byte[] large = new byte[Store.CONTENT_MAX];
        Append most = new Append("log", List.of(large, large, large, large, large, large, large, large), ALL);

        assertThat(commit(most, most).last()).isEqualTo(Map.of("log", 16L));
        StepVerifier.create(store.commit(most, most, append("x")))
                .verifyErrorMessage("A commit has 16777217 bytes, more than 16777216");
        assertThat(range().last()).isEqualTo(16);
    }

    @Test
    void aDocumentMayOccurOnceInACommit() {
        StepVerifier.create(store.commit(put("a", ANY, "x"), new Delete("kind", "a", ANY)))
                .verifyErrorMessage("kind a occurs twice in one commit");
        StepVerifier.create(store.find("kind", "a")).verifyComplete();
        assertThatThrownBy(() -> put("a", -2, "x")).hasMessage("no document has version -2");
    }
}
