package dev.sandbar.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.scenario.Story.Event;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The first tool call of a session over HTTP; by MCP it is in {@code first-call.test.mjs}. */
@ExtendWith(SharedHouse.class)
class FirstCallIT {

    private final Api api;

    FirstCallIT(House house) {
        this.api = house.api();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 50, 5000})
    void firstCallSucceedsSoManyMillisecondsAfterTheOpening(int millis) throws InterruptedException {
        String id = api.open(Map.of());
        TimeUnit.MILLISECONDS.sleep(millis);
        List<Event> call = api.stream(id, "echo hello; id -un");
        assertThat(Story.said(call)).isEqualTo("hello\nuser\n");
        assertThat(call.get(call.size() - 1).data().path("success").asBoolean(false))
                .isTrue();
        assertThat(call).extracting(Event::seq).isSorted().doesNotHaveDuplicates();
        if (millis == 5000) assertThat(Story.of(call, "tool.progress")).isEmpty();
        assertMadeOnce(api.sandboxId(id), api.end(id));
    }

    /** Behind others it has to wait, and hears so. */
    @ParameterizedTest
    @ValueSource(ints = {0, 50})
    void earlyCallHearsThatItsSandboxIsBeingMade(int millis) throws InterruptedException {
        List<String> before = Api.together(40, i -> api.later("POST", "/sessions", Map.of())).stream()
                .map(answer -> answer.is(201).text("sessionID"))
                .toList();
        String id = api.open(Map.of());
        TimeUnit.MILLISECONDS.sleep(millis);
        List<Event> call = api.stream(id, "echo hello");
        assertThat(call.get(0).type()).isEqualTo("tool.progress");
        assertThat(call.get(0).text("message")).startsWith("The sandbox is being created");
        assertThat(Story.said(call)).isEqualTo("hello\n");
        assertMadeOnce(api.sandboxId(id), api.end(id));
        Api.together(before.size(), i -> api.later("DELETE", "/sessions/" + before.get(i), null))
                .forEach(answer -> answer.is(204));
    }

    private static void assertMadeOnce(String sandbox, List<Event> told) {
        assertThat(Story.of(told, "sandbox.preloading")).hasSize(1);
        assertThat(Story.of(told, "sandbox.ready"))
                .singleElement()
                .satisfies(ready -> assertThat(ready.text("sandboxID")).isEqualTo(sandbox));
    }
}
