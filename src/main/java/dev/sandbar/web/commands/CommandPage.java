package dev.sandbar.web.commands;

import dev.sandbar.command.Command;
import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.Cursor;
import dev.sandbar.web.http.Json;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.util.MultiValueMap;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/**
 * A page of a list, the newest first.
 *
 * @param after where the page before ended
 */
record CommandPage(int limit, @Nullable Cursor after) {

    private static final int MOST = 100;

    static CommandPage parse(MultiValueMap<String, String> query) {
        String token = query.getFirst("nextToken");
        String limit = query.getFirst("limit");
        return new CommandPage(
                limit == null ? MOST : number(limit), token == null || token.isEmpty() ? null : Cursor.parse(token));
    }

    private static int number(String text) {
        if (text.matches("\\d{1,3}") && Integer.parseInt(text) >= 1 && Integer.parseInt(text) <= MOST) {
            return Integer.parseInt(text);
        }
        throw ApiException.invalid("\"limit\" must be a number from 1 to " + MOST);
    }

    Mono<ServerResponse> answer(List<Command> all, Json json) {
        List<Command> rest = all.stream()
                .filter(command -> after == null || place(command).compareTo(after) < 0)
                .sorted(Comparator.comparing(CommandPage::place).reversed())
                .toList();
        List<Command> page = rest.subList(0, Math.min(limit, rest.size()));
        ServerResponse.BodyBuilder response = ServerResponse.ok();
        if (rest.size() > limit)
            response.header("X-Next-Token", place(page.get(limit - 1)).token());
        return json.answer(response, page.stream().map(CommandView::of).toList());
    }

    private static Cursor place(Command command) {
        return new Cursor(command.startedAt(), command.id());
    }
}
