package dev.sandbar.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sandbar.scenario.Api.Answer;
import dev.sandbar.scenario.Story.Event;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** Fifty requests for hardware at once, of which the session's budget can pay for one. */
@ExtendWith(SharedHouse.class)
class BudgetIT {

    private static final double CAP = 1.0;

    private final House house;

    BudgetIT(House house) {
        this.house = house;
    }

    @Test
    void fiftySizesOnTheLastDollarAreNeverMoreThanItPaysFor() {
        Api api = house.api();
        String id = api.open(Map.of());
        api.bash(id, "echo mine > ~/file");
        api.budget(id, CAP);
        List<Answer> answers = Api.together(House.SIZES, i -> api.askLater(id, "size-" + i));
        assertThat(answers).filteredOn(answer -> answer.status() == 201).hasSize(1);
        for (Answer answer : answers) assertHonest(answer);
        assertReserved(id, api);
        assertThat(api.bash(id, "cat ~/file")).endsWith("mine");
        house.restart();
        assertReserved(id, house.api());
        house.api().ask(id, "size-" + (House.SIZES - 1)).is(201, 200, 202, 409);
        assertReserved(id, house.api());
        assertNeverOver(house.api().end(id));
    }

    @Test
    void fiftyRequestsForOneSizeArePaidForOnce() {
        Api api = house.api();
        String id = api.open(Map.of());
        api.until(id, "ready");
        api.budget(id, CAP);
        Api.together(50, i -> api.askLater(id, "size-0")).forEach(answer -> answer.is(200, 201));
        assertReserved(id, api);
        List<Event> told = api.end(id);
        assertThat(Story.of(told, "sandbox.replaced")).hasSize(1);
        assertThat(Story.of(told, "approval.decided")).hasSize(1);
        assertNeverOver(told);
    }

    /** What a raised cap has room for is given at once, as if it were asked for now; nobody can give the rest. */
    @Test
    void raisedCapGivesPendingApprovalsAsFarAsItGoes() {
        Api api = house.api();
        String id = api.open(Map.of());
        api.until(id, "ready");
        List<String> pending =
                List.of(0, 1, 2).stream().map(i -> api.pending(id, "size-" + i)).toList();
        api.budget(id, CAP);
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(pending)
                        .filteredOn(one -> state(api, id, one).equals("pending"))
                        .hasSize(2));
        List<String> left = pending.stream()
                .filter(one -> state(api, id, one).equals("pending"))
                .toList();
        assertThat(Api.together(2, i -> api.approveLater(id, left.get(i))))
                .allSatisfy(answer -> assertThat(answer.is(409).text("message")).isNotEmpty());
        assertThat(left).allMatch(one -> state(api, id, one).equals("pending"));
        api.until(id, sandbox -> sandbox.path("hardware").asString("").startsWith("size-"));
        assertReserved(id, api);
        assertNeverOver(api.end(id));
    }

    private static String state(Api api, String id, String approval) {
        return api.approval(id, approval).path("state").asString("");
    }

    /** What isn't given is asked of a person, or refused, and the answer says why. */
    private static void assertHonest(Answer answer) {
        switch (answer.is(201, 202, 409).status()) {
            case 202 ->
                assertThat(answer.json().path("approval").path("reason").asString(""))
                        .contains("budget");
            case 409 -> assertThat(answer.text("message")).containsAnyOf("approvals are pending", "being replaced");
            default ->
                assertThat(answer.json().path("sandbox").path("hardware").asString(""))
                        .startsWith("size-");
        }
    }

    private static void assertReserved(String id, Api api) {
        JsonNode budget = api.session(id).path("autoApproval");
        assertThat(budget.path("costCapUsd").asDouble(0)).isEqualTo(CAP);
        assertThat(budget.path("estimatedSpendUsd").asDouble(0)).isEqualTo(House.PRICE, within(0.01));
        assertThat(budget.path("remainingUsd").asDouble(0)).isEqualTo(CAP - House.PRICE, within(0.01));
        assertThat(api.sandbox(id).path("hardware").asString("")).startsWith("size-");
    }

    private static void assertNeverOver(List<Event> told) {
        assertThat(Story.of(told, "budget.changed"))
                .isNotEmpty()
                .allSatisfy(event -> assertThat(
                                event.data().path("estimatedSpendUsd").asDouble(9))
                        .isLessThanOrEqualTo(CAP));
    }
}
