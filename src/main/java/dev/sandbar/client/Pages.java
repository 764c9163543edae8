package dev.sandbar.client;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Lists that come in pages, each asked for when something behind the ones before it is wanted. */
final class Pages {

    private static final String FIRST = "";

    private Pages() {}

    /**
     * @param next where the next one begins; empty behind the last one
     */
    record Page<T>(List<T> items, String next) {}

    /**
     * All items in order.
     *
     * @param fetch brings the page that begins here; empty for the first one
     */
    static <T> Flux<T> of(Function<String, Mono<Page<T>>> fetch) {
        return Flux.defer(() -> {
            AtomicReference<String> next = new AtomicReference<>(FIRST);
            Flux<T> page = Flux.defer(() -> Flux.just(requireNonNull(next.get())))
                    .concatMap(token -> fetch.apply(token).doOnNext(got -> next.set(got.next())), 0)
                    .concatMap(got -> Flux.fromIterable(got.items()), 0);
            return page.repeat(() -> !requireNonNull(next.get()).isEmpty());
        });
    }

    /** The request for the page that begins here. */
    static Call behind(String token, String path, List<Object> variables, Map<String, String> query) {
        List<Object> values = new ArrayList<>(variables);
        StringBuilder template = new StringBuilder(path);
        query.forEach((name, value) -> add(template, values, name, value));
        if (!token.isEmpty()) add(template, values, "nextToken", token);
        return Call.get(template.toString(), values.toArray());
    }

    private static void add(StringBuilder template, List<Object> values, String name, String value) {
        template.append(template.indexOf("?") < 0 ? '?' : '&')
                .append(name)
                .append("={")
                .append(name)
                .append('}');
        values.add(value);
    }

    static <W, T> Answer.Reader<Page<T>> reader(Class<W[]> type, Function<W, T> view, int limit) {
        return answer -> answer.joined(limit)
                .map(json -> Wire.read(json, type, answer.name()))
                .map(all -> page(answer, all, view))
                .flux();
    }

    private static <W, T> Page<T> page(Answer answer, W[] all, Function<W, T> view) {
        @Nullable String next = answer.header("X-Next-Token");
        return new Page<>(Arrays.stream(all).map(view).toList(), next == null ? "" : next);
    }
}
