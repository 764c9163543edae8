package dev.sandbar.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.scenario.Api.Answer;
import dev.sandbar.scenario.Story.Event;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A replacement that fails half-way, with a machine that has room for three sandboxes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReplacementIT {

    private final House house;
    private final Api api;

    ReplacementIT(@TempDir Path directory) {
        this.house = new House(directory, Map.of("SANDBAR_SANDBOXES_MOST", "3"));
        this.api = house.api();
    }

    @AfterEach
    void nothingIsLeft() {
        api.sessions().forEach(api::end);
        house.assertEmpty();
    }

    @AfterAll
    void stop() {
        house.close();
    }

    @Test
    void newSandboxThatDiesWhileFilesAreCarriedLeavesTheOldOneAsItWas() {
        String id = withFiles();
        api.budget(id, 1);
        String old = api.sandboxId(id);
        CompletableFuture<Answer> first = api.askLater(id, "size-0");
        Carrying.stopped(house, id).killSandbox();
        assertRefused(Api.now(first), id, old);
        assertUnharmed(id, old);
        assertSpent(id, 0);
        Answer second = api.ask(id, "size-0").is(201);
        assertThat(second.text("carried")).contains("verified");
        assertCarried(id, old);
        assertSpent(id, House.PRICE);
        List<Event> told = api.end(id);
        assertThat(Story.types(told))
                .containsSubsequence("sandbox.replacing", "sandbox.failed", "sandbox.replacing", "sandbox.replaced");
        assertThat(Story.of(told, "sandbox.replaced")).hasSize(1);
    }

    @Test
    void machineWithoutRoomLeavesTheOldOneAsItWasAndTheApprovalSaysWhy() {
        String id = withFiles();
        String old = api.sandboxId(id);
        List<String> others = List.of(api.open(Map.of()), api.open(Map.of()));
        others.forEach(other -> api.until(other, "ready"));
        String approval = api.pending(id, "cpu-upgrade");
        JsonNode outcome = api.approve(id, approval).is(200).json().path("outcome");
        assertThat(outcome.path("error").asString("")).contains("3");
        assertThat(outcome.path("sandboxID").isMissingNode()).isTrue();
        assertThat(api.approval(id, approval).path("outcome")).isEqualTo(outcome);
        assertUnharmed(id, old);
        others.forEach(api::end);
        String again = api.pending(id, "cpu-upgrade");
        assertThat(api.approve(id, again)
                        .is(200)
                        .json()
                        .path("outcome")
                        .path("carried")
                        .asString(""))
                .contains("verified");
        assertCarried(id, old);
    }

    private String withFiles() {
        String id = api.open(Map.of());
        api.bash(id, Carrying.MAKE_FILES);
        return id;
    }

    private void assertRefused(Answer answer, String id, String old) {
        assertThat(answer.is(502, 503, 409).text("message")).contains("still there");
        assertThat(api.sandboxId(id)).isEqualTo(old);
    }

    private void assertUnharmed(String id, String old) {
        assertThat(api.bash(id, "cat ~/words; stat -c %s ~/large")).isEqualTo("mine\n" + Carrying.LARGE);
        JsonNode sandbox = api.sandbox(id);
        assertThat(sandbox.path("sandboxID").asString("")).isEqualTo(old);
        assertThat(sandbox.path("state").asString("")).isEqualTo("ready");
        assertThat(sandbox.path("hardware").asString("")).isEqualTo("cpu-basic");
        assertThat(sandbox.path("error").asString("")).isNotEmpty();
        house.assertNoOrphans();
    }

    private void assertCarried(String id, String old) {
        assertThat(api.bash(id, "cat ~/words; stat -c %s ~/large")).endsWith("mine\n" + Carrying.LARGE);
        assertThat(api.sandboxId(id)).isNotEqualTo(old);
        assertThat(api.sandbox(id).path("hardware").asString("")).isNotEqualTo("cpu-basic");
        house.assertNoOrphans();
        assertThat(api.sandboxes()).doesNotContain(old);
    }

    private void assertSpent(String id, double usd) {
        double spent =
                api.session(id).path("autoApproval").path("estimatedSpendUsd").asDouble(9);
        assertThat(spent).isBetween(usd, usd + 0.01);
    }
}
