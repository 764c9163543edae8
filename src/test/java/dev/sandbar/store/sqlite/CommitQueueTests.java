package dev.sandbar.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandbar.store.Change;
import dev.sandbar.store.Commit;
import dev.sandbar.store.Store;
import dev.sandbar.store.StoreException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

class CommitQueueTests {

    private final CommitQueue queue = new CommitQueue(new SqliteSettings(1, 1, 3, Store.COMMIT_MAX));

    @Test
    void oneWhoAddsIsToldThatNobodyServesIt() {
        assertThat(queue.add(waiting(0))).isTrue();
        assertThat(queue.add(waiting(0))).isFalse();
        List<Waiting> group = new ArrayList<>();
        queue.moveToOrLeave(group, 10, 10);
        assertThat(group).hasSize(2);
        assertThat(queue.add(waiting(0))).isFalse();
        queue.moveTo(group, 10, 10);
        queue.moveToOrLeave(new ArrayList<>(), 10, 10);
        assertThat(queue.add(waiting(0))).isTrue();
    }

    @Test
    void itsCommitsAreBounded() {
        for (int i = 0; i < 3; i++) {
            queue.add(waiting(0));
        }
        assertThatThrownBy(() -> queue.add(waiting(0)))
                .isInstanceOf(StoreException.Busy.class)
                .hasMessage("3 commits wait already");
        queue.moveTo(new ArrayList<>(), 1, 1);
        queue.add(waiting(0));
    }

    @Test
    void itsBytesAreBounded() {
        queue.add(waiting(16));
        assertThatThrownBy(() -> queue.add(waiting(1))).isInstanceOf(StoreException.Busy.class);
        queue.add(waiting(0));
        queue.moveTo(new ArrayList<>(), 1, 1);
        queue.add(waiting(16));
    }

    @Test
    void aGroupEndsBehindItsBound() {
        queue.add(waiting(1));
        queue.add(waiting(2));
        queue.add(waiting(1));
        List<Waiting> group = new ArrayList<>();
        queue.moveTo(group, 10, 2L * Store.CONTENT_MAX);
        assertThat(group).hasSize(2);
        queue.moveTo(group, 2, 2L * Store.CONTENT_MAX);
        assertThat(group).hasSize(2);
    }

    @Test
    void whatIsClosedTakesNothingButGivesWhatItHas() {
        queue.add(waiting(0));
        queue.close();
        assertThatThrownBy(() -> queue.add(waiting(0))).isInstanceOf(StoreException.Unavailable.class);
        List<Waiting> group = new ArrayList<>();
        queue.moveToOrLeave(group, 10, 10);
        assertThat(group).hasSize(1);
    }

    /** A commit of so many MiB. */
    private static Waiting waiting(int size) {
        List<byte[]> entries = Collections.nCopies(size, new byte[Store.CONTENT_MAX]);
        List<Waiting> made = new ArrayList<>();
        Mono.<Commit>create(caller ->
                        made.add(new Waiting(caller, List.of(new Change.Append("log", entries, Change.Retention.ALL)))))
                .subscribe();
        return made.get(0);
    }
}
