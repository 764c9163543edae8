package dev.sandbar.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.scenario.Api.Answer;
import dev.sandbar.scenario.Story.Event;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two hundred sessions at once. */
@Tag("alone")
@ExtendWith(SharedHouse.class)
class CrowdIT {

    private static final int CROWD = 200;

    private final House house;
    private final Api api;

    CrowdIT(House house) {
        this.house = house;
        this.api = house.api();
    }

    @Test
    void twoHundredAtOnceHaveOneSandboxEachAndLeaveNothing() {
        List<String> ids =
                Api.together(CROWD, i -> api.later("POST", "/sessions", Map.of("title", "number " + i))).stream()
                        .map(answer -> answer.is(201).text("sessionID"))
                        .toList();
        assertThat(ids).doesNotHaveDuplicates();
        List<Answer> said = Api.together(CROWD, i -> api.bashLater(ids.get(i), "echo " + i + " > ~/me; cat ~/me"));
        for (int i = 0; i < CROWD; i++) assertThat(Api.output(said.get(i))).isEqualTo(String.valueOf(i));
        Set<String> sandboxes = new TreeSet<>();
        ids.forEach(id -> sandboxes.add(api.sandboxId(id)));
        assertThat(sandboxes).hasSize(CROWD).isEqualTo(api.sandboxes()).isEqualTo(house.onTheMachine());
        assertThat(api.sessions()).containsExactlyInAnyOrderElementsOf(ids);
        Api.together(CROWD, i -> api.later("DELETE", "/sessions/" + ids.get(i), null))
                .forEach(answer -> answer.is(204));
        house.assertEmpty();
        for (String id : ids) assertThat(Story.of(whole(id), "sandbox.ready")).hasSize(1);
    }

    private List<Event> whole(String id) {
        try (Story story = api.follow(id)) {
            return story.whole();
        }
    }
}
