package dev.sandbar.store.sqlite;

import static dev.sandbar.store.Change.NEW;

import dev.sandbar.store.Change.Append;
import dev.sandbar.store.Change.Put;
import dev.sandbar.store.Change.Retention;
import dev.sandbar.store.Commit;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Commits until it is killed, by some writers at once, and prints the name of each commit that was acknowledged. */
final class Committer {

    static final int WRITERS = 8;

    private Committer() {}

    /** Takes the file and the number of the round. */
    public static void main(String[] arguments) {
        SqliteStore store = SqliteStore.open(Path.of(arguments[0]), SqliteSettings.DEFAULT);
        System.out.println("begun");
        Flux.range(0, WRITERS)
                .flatMap(writer -> commits(store, "r" + arguments[1] + "w" + writer), WRITERS)
                .blockLast();
    }

    private static Flux<Commit> commits(SqliteStore store, String writer) {
        return Flux.range(0, Integer.MAX_VALUE).concatMap(i -> commit(store, writer, i), 1);
    }

    /** Two documents and two entries of the writer's log. */
    private static Mono<Commit> commit(SqliteStore store, String writer, int number) {
        String name = writer + "n" + number;
        byte[] content = content(writer, number);
        return store.commit(
                        new Put("one", name, NEW, content),
                        new Append(writer, List.of(content, content), Retention.ALL),
                        new Put("two", name, NEW, content))
                .doOnNext(commit -> System.out.println(name));
    }

    /** Up to 9 KiB: more than two pages. */
    static byte[] content(String writer, int number) {
        byte[] content = new byte[Math.abs((writer + number).hashCode() % 9_000)];
        Arrays.fill(content, (byte) number);
        return content;
    }
}
