package dev.sandbar.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.scenario.Api.Answer;
import dev.sandbar.scenario.Story.Event;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** An interrupt ends the running tools, and nothing else. */
@ExtendWith(SharedHouse.class)
class InterruptIT {

    private final Api api;

    InterruptIT(House house) {
        this.api = house.api();
    }

    @Test
    void duringThePreloadItEndsTheCallAndNotThePreload() {
        List<String> before = Api.together(40, i -> api.later("POST", "/sessions", Map.of())).stream()
                .map(answer -> answer.is(201).text("sessionID"))
                .toList();
        String id = api.open(Map.of());
        String sandbox = api.sandboxId(id);
        try (Story story = api.follow(id)) {
            CompletableFuture<Answer> call = api.bashLater(id, "echo too late");
            story.until("tool.start");
            api.interrupt(id);
            assertInterrupted(call);
        }
        assertThat(api.bash(id, "echo later")).isEqualTo("later");
        assertThat(api.sandboxId(id)).isEqualTo(sandbox);
        List<Event> told = api.end(id);
        assertThat(Story.of(told, "sandbox.preloading")).hasSize(1);
        assertThat(Story.types(told)).containsSubsequence("tool.end", "sandbox.ready");
        Api.together(before.size(), i -> api.later("DELETE", "/sessions/" + before.get(i), null))
                .forEach(answer -> answer.is(204));
    }

    @Test
    void duringToolsItEndsAllThatRunAndTheirProcessesAndNoLaterOne() {
        String id = api.open(Map.of());
        String other = api.open(Map.of());
        CompletableFuture<Answer> first = api.endless(id);
        CompletableFuture<Answer> second = api.endless(id);
        CompletableFuture<Answer> elsewhere = api.endless(other);
        String sandbox = api.sandboxId(id);
        api.interrupt(id);
        assertInterrupted(first);
        assertInterrupted(second);
        assertThat(api.bash(id, "pgrep -c sleep || true")).isEqualTo("0");
        assertThat(api.bash(id, "ls ~")).isEqualTo("begun");
        assertThat(api.sandboxId(id)).isEqualTo(sandbox);
        assertThat(elsewhere).isNotDone();
        api.interrupt(other);
        assertInterrupted(elsewhere);
    }

    @Test
    void whileAnApprovalIsPendingItLeavesThatToBeDecided() {
        String id = api.open(Map.of());
        api.bash(id, "echo mine > ~/file");
        String approval = api.pending(id, "cpu-upgrade");
        CompletableFuture<Answer> call = api.endless(id);
        api.interrupt(id);
        assertInterrupted(call);
        assertThat(api.approval(id, approval).path("state").asString("")).isEqualTo("pending");
        assertThat(api.bash(id, "echo later")).isEqualTo("later");
        Answer approved = api.approve(id, approval).is(200);
        assertThat(approved.json().path("outcome").path("sandboxID").asString(""))
                .isEqualTo(api.sandboxId(id));
        assertThat(api.sandbox(id).path("hardware").asString("")).isEqualTo("cpu-upgrade");
        assertThat(api.bash(id, "cat ~/file")).endsWith("mine");
    }

    private static void assertInterrupted(CompletableFuture<Answer> call) {
        Answer answer = Api.now(call).is(200);
        assertThat(answer.json().path("success").asBoolean(true))
                .as("%s", answer)
                .isFalse();
        assertThat(answer.text("cause")).isEqualTo("interrupted");
    }
}
