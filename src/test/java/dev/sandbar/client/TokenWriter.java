package dev.sandbar.client;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A process with a cache of its own on a file that others use too; prints the names of what is saved. */
final class TokenWriter {

    private TokenWriter() {}

    /** Takes the file, a prefix of names, how many tokens it gets, and after how many it saves each time. */
    public static void main(String[] arguments) {
        String prefix = arguments[1];
        int count = Integer.parseInt(arguments[2]);
        int each = Integer.parseInt(arguments[3]);
        ScriptedSource source = new ScriptedSource();
        source.answers(Duration.ofHours(1));
        TokenCacheSettings settings = TokenCacheSettings.DEFAULT.withFile(Path.of(arguments[0]));
        try (TokenCache cache = TokenCache.of(source, settings, Schedulers.parallel(), Clock.systemUTC())) {
            System.out.println("begun");
            Flux.range(0, count)
                    .map(i -> prefix + i)
                    .concatMap(id -> cache.get(id).thenReturn(id))
                    .buffer(each)
                    .concatMap(ids -> cache.saved().thenReturn(ids))
                    .concatMapIterable(ids -> ids)
                    .doOnNext(System.out::println)
                    .then(Mono.fromRunnable(() -> System.out.println("done")))
                    .block();
        }
    }
}
