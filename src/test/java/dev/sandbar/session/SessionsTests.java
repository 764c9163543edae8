package dev.sandbar.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.sandbox.SandboxException;
import dev.sandbar.session.tool.ToolEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Opening, finding, changing and ending. */
class SessionsTests {

    private final House house = House.running();

    @AfterEach
    void close() {
        house.close();
    }

    @Test
    void openingAnswersAtOnceAndTheSandboxFollows() {
        house.machine.creationTakes = Duration.ofSeconds(5);
        String id = house.open();
        assertThat(house.slot(id).state()).isEqualTo(SlotState.PRELOADING);
        house.advance(Duration.ofSeconds(6));
        assertThat(house.slot(id).state()).isEqualTo(SlotState.READY);
        assertThat(house.boxes()).containsExactly(house.sandboxOf(id));
        assertThat(house.events(id)).containsExactly("session.created", "sandbox.preloading", "sandbox.ready");
    }

    @Test
    void sameKeyFindsTheSameSessionAlsoAmongFiftyAtOnce() {
        List<Ask<Opened>> asks = new ArrayList<>();
        for (int i = 0; i < 50; i++) asks.add(house.ask(house.sessions().open(House.request("k"))));
        assertThat(asks.stream().map(ask -> ask.value().session().id()).distinct())
                .hasSize(1);
        assertThat(asks.stream().filter(ask -> !ask.value().existed())).hasSize(1);
        assertThat(house.machine.started).hasSize(1);
    }

    @Test
    void keyIsFoundAgainAfterARestartAndFreeAfterTheEnd() {
        String id = house.ask(house.sessions().open(House.request("k")))
                .value()
                .session()
                .id();
        house.restart();
        assertThat(house.ask(house.sessions().open(House.request("k")))
                        .value()
                        .session()
                        .id())
                .isEqualTo(id);
        house.ask(house.sessions().end("ann", id));
        assertThat(house.ask(house.sessions().open(House.request("k"))).value().existed())
                .isFalse();
    }

    @Test
    void anotherOwnersSessionIsNotFound() {
        String id = house.open();
        assertThat(house.ask(house.sessions().get("bob", id)).error()).isInstanceOf(SessionException.NotFound.class);
        assertThat(house.ask(house.sessions().end("bob", id)).error()).isInstanceOf(SessionException.NotFound.class);
        assertThat(house.ask(house.sessions().tool("bob", id, "bash", House.json("{\"command\":\"x\"}")))
                        .error())
                .isInstanceOf(SessionException.NotFound.class);
        assertThat(house.ask(house.sessions().list("bob", query(null, 10)))
                        .value()
                        .sessions())
                .isEmpty();
    }

    @Test
    void listGoesPageByPageTheNewestFirst() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            ids.add(0, house.open());
            house.advance(Duration.ofSeconds(1));
        }
        SessionQuery.Page first =
                house.ask(house.sessions().list("ann", query(null, 3))).value();
        SessionQuery.Page second =
                house.ask(house.sessions().list("ann", query(first.next(), 3))).value();
        List<String> listed = new ArrayList<>();
        first.sessions().forEach(session -> listed.add(session.id()));
        second.sessions().forEach(session -> listed.add(session.id()));
        assertThat(listed).isEqualTo(ids);
        assertThat(second.next()).isNull();
    }

    @Test
    void listIsFilteredByStateAndMetadata() {
        String ended = house.open();
        String live = house.open();
        house.ask(house.sessions().end("ann", ended));
        SessionQuery active = new SessionQuery(Set.of(SessionState.ACTIVE), Map.of("m", "x"), null, null, 10);
        SessionQuery other = new SessionQuery(Set.of(), Map.of("m", "y"), null, null, 10);
        assertThat(house.ask(house.sessions().list("ann", active)).value().sessions())
                .extracting(Session::id)
                .containsExactly(live);
        assertThat(house.ask(house.sessions().list("ann", other)).value().sessions())
                .isEmpty();
    }

    private static SessionQuery query(SessionQuery.@Nullable Place after, int limit) {
        return new SessionQuery(Set.of(), Map.of(), null, after, limit);
    }

    @Test
    void patchChangesWhatItNamesAndRefusesAnOldRevision() {
        String id = house.open();
        Map<String, String> metadata = new HashMap<>();
        metadata.put("m", null);
        metadata.put("n", "1");
        Session changed = house.ask(house.sessions().update("ann", id, new SessionPatch("new", metadata, 1L)))
                .value();
        assertThat(changed.title()).isEqualTo("new");
        assertThat(changed.metadata()).isEqualTo(Map.of("n", "1"));
        assertThat(changed.revision()).isEqualTo(2);
        assertThat(house.ask(house.sessions().update("ann", id, new SessionPatch("late", Map.of(), 1L)))
                        .error())
                .isInstanceOf(SessionException.Stale.class);
        assertThat(house.get(id).title()).isEqualTo("new");
    }

    @Test
    void endCompletesWhenTheSandboxIsGoneAndItsHistoryStays() {
        String id = house.open();
        Ask<Void> end = house.ask(house.sessions().end("ann", id));
        assertThat(end.done()).isTrue();
        assertThat(house.boxes()).isEmpty();
        assertThat(house.get(id).state()).isEqualTo(SessionState.ENDED);
        assertThat(house.get(id).terms().environment()).isEmpty();
        assertThat(house.events(id)).endsWith("sandbox.torn_down", "session.ended");
        assertThat(house.ask(house.sessions().end("ann", id)).done()).isTrue();
        house.advance(Duration.ofMinutes(1));
        assertThat(house.events(id)).endsWith("session.ended");
    }

    @Test
    void nothingHappensInASessionThatHasEnded() {
        String id = house.open();
        house.ask(house.sessions().end("ann", id));
        assertThat(house.bash(id, "x").error()).isInstanceOf(SessionException.Ended.class);
        assertThat(house.provision(id, "big").error()).isInstanceOf(SessionException.Ended.class);
        assertThat(house.budget(id, true, 1).error()).isInstanceOf(SessionException.Ended.class);
        assertThat(house.machine.started).hasSize(1);
    }

    @Test
    void endedSessionsAreForgottenAfterTheirTime() {
        SessionSettings usual = SessionSettings.DEFAULT;
        String id = house.open();
        house.ask(house.sessions().end("ann", id));
        house.time.advanceTimeBy(usual.keep().ended().minusMinutes(1));
        house.advance(Duration.ofSeconds(2));
        assertThat(house.get(id)).isNotNull();
        house.advance(Duration.ofMinutes(2));
        assertThat(house.ask(house.sessions().get("ann", id)).error()).isInstanceOf(SessionException.NotFound.class);
        assertThat(house.events(id)).isEmpty();
    }

    @Test
    void lifetimeEndsTheSession() {
        SessionRequest request =
                new SessionRequest("ann", null, null, "base", null, Map.of(), Map.of(), null, Duration.ofMinutes(2));
        String id = house.ask(house.sessions().open(request)).value().session().id();
        house.advance(Duration.ofMinutes(3));
        assertThat(house.get(id).cause()).isEqualTo("lifetime");
        assertThat(house.boxes()).isEmpty();
    }

    @Test
    void senselessTimesAndUnknownTemplatesAreRefused() {
        Duration none = Duration.ZERO;
        SessionRequest senseless = new SessionRequest("ann", null, null, "base", null, Map.of(), Map.of(), none, null);
        SessionRequest unknown = new SessionRequest("ann", null, null, "x", null, Map.of(), Map.of(), null, null);
        assertThat(house.ask(house.sessions().open(senseless)).error()).isInstanceOf(SessionException.Invalid.class);
        assertThat(house.ask(house.sessions().open(unknown)).error()).hasMessageContaining("there is: base");
        assertThat(house.sessions().active()).isZero();
    }

    @Test
    void environmentReachesTheSandboxButNoText() {
        SessionRequest request =
                new SessionRequest("ann", null, null, "base", null, Map.of(), Map.of("TOKEN", "s3cret"), null, null);
        String id = house.ask(house.sessions().open(request)).value().session().id();
        assertThat(house.run().sandboxes().get("ann", house.sandboxOf(id)).environment())
                .containsEntry("TOKEN", "s3cret");
        assertThat(request.toString() + house.get(id) + house.story(id)).doesNotContain("s3cret");
    }

    @Test
    void metadataIsBoundedHoweverItGrows() {
        String id = house.open();
        Map<String, String> many = new HashMap<>();
        for (int i = 0; i < 128; i++) many.put("k" + i, "v");
        assertThat(house.ask(house.sessions().update("ann", id, new SessionPatch(null, many, null)))
                        .error())
                .isInstanceOf(SandboxException.Invalid.class);
        assertThat(house.get(id).metadata()).isEqualTo(Map.of("m", "x"));
        many.put("m", null);
        assertThat(house.ask(house.sessions().update("ann", id, new SessionPatch(null, many, null)))
                        .value()
                        .metadata())
                .hasSize(128);
    }

    @Test
    void everyChangeOfStateIsAnEvent() {
        String id = house.open();
        house.provision(id, "big");
        assertThat(house.get(id).state()).isEqualTo(SessionState.AWAITING_APPROVAL);
        String approval = house.get(id).approvals().get(0).id();
        house.decide(id, approval, Approval.Decision.REJECT);
        assertThat(house.events(id))
                .endsWith("approval.requested", "session.state", "approval.decided", "session.state");
        house.advance(SessionSettings.DEFAULT.idleTimeout().plusSeconds(2));
        assertThat(house.events(id)).endsWith("sandbox.torn_down", "session.state");
        Ask<ToolEvent> call = house.bash(id, "x");
        assertThat(House.result(call).success()).isTrue();
    }
}
