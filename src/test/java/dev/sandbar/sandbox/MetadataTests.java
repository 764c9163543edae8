package dev.sandbar.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.store.Document;
import dev.sandbar.store.LogEntry;
import dev.sandbar.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Words about a sandbox that change; each begins with the word {@code m}. */
class MetadataTests {

    private final World world = World.running();
    private final String id = world.created(World.HOUR);

    @AfterEach
    void close() {
        world.close();
    }

    private Ask<Sandbox> patch(Map<String, String> set, String... removed) {
        return patch("ann", new MetadataPatch(set, Set.of(removed), words -> true));
    }

    private Ask<Sandbox> patch(String owner, MetadataPatch patch) {
        return world.ask(world.sandboxes().patchMetadata(owner, id, patch));
    }

    private Map<String, String> words() {
        return world.sandboxes().get("ann", id).metadata();
    }

    private Document record() {
        return Objects.requireNonNull(world.store.find(Records.KIND, id).block());
    }

    private List<String> events() {
        return Objects.requireNonNull(world.store
                .read("events/" + Sandboxes.stream(id), 0, 100)
                .map(LogEntry::content)
                .map(content -> new String(content, StandardCharsets.UTF_8))
                .collectList()
                .block());
    }

    @Test
    void patchMergesAndIsRecordedWithItsEvent() {
        long commits = world.faults().count("commit Put+Append");
        assertThat(Objects.requireNonNull(patch(Map.of("n", "y")).value()).metadata())
                .isEqualTo(Map.of("m", "x", "n", "y"));
        patch(Map.of("n", "z"), "m", "unknown");
        assertThat(words()).isEqualTo(Map.of("n", "z"));
        assertThat(world.sandboxes().list("ann"))
                .singleElement()
                .matches(known -> known.metadata().equals(Map.of("n", "z")));
        assertThat(new SandboxCodec().read(record().content()).metadata()).isEqualTo(Map.of("n", "z"));
        assertThat(world.faults().count("commit Put+Append") - commits).isEqualTo(2);
        assertThat(events())
                .last()
                .asString()
                .contains("sandbox.metadata", "\"sandboxID\":\"" + id + "\"", "\"metadata\":{\"n\":\"z\"}");
    }

    @Test
    void patchThatChangesNothingWritesNothing() {
        long version = record().version();
        assertThat(Objects.requireNonNull(patch(Map.of("m", "x"), "unknown").value())
                        .metadata())
                .isEqualTo(Map.of("m", "x"));
        assertThat(record().version()).isEqualTo(version);
        assertThat(events()).hasSize(2);
    }

    @Test
    void patchOnAnotherStateThanThereIsIsRefused() {
        MetadataPatch stale = new MetadataPatch(Map.of("m", "y"), Set.of(), Map::isEmpty);
        assertThat(patch("ann", stale).error()).isInstanceOf(SandboxException.Stale.class);
        assertThat(words()).isEqualTo(Map.of("m", "x"));
    }

    @Test
    void storeThatRefusesHasChangedNothing() {
        world.faults().arm(Faults.Kind.REFUSE, 0, false);
        assertThat(patch(Map.of("n", "y")).error()).isInstanceOf(StoreException.Busy.class);
        assertThat(words()).isEqualTo(Map.of("m", "x"));
        assertThat(events()).hasSize(2);
        assertThat(patch(Map.of("n", "y")).done()).isTrue();
    }

    @Test
    void anothersOrAnEndedSandboxHasNoWords() {
        MetadataPatch patch = new MetadataPatch(Map.of("n", "y"), Set.of(), words -> true);
        assertThat(patch("bob", patch).error()).isInstanceOf(SandboxException.NotFound.class);
        world.kill(id);
        assertThat(patch("ann", patch).error()).isInstanceOf(SandboxException.NotFound.class);
    }

    @Test
    void tooMuchIsRefusedAsAWholeAtCreationAndLater() {
        Map<String, String> many = new TreeMap<>();
        for (int i = 0; i < 129; i++) many.put("k" + i, "");
        List<Map<String, String>> excesses =
                List.of(many, Map.of("k".repeat(257), "v"), Map.of("k", "v".repeat(10 * 1024)));
        for (Map<String, String> excess : excesses) {
            Map<String, String> all = new HashMap<>(excess);
            all.put("n", "y");
            assertThat(patch(all).error()).isInstanceOf(SandboxException.Invalid.class);
            SandboxRequest request = new SandboxRequest("ann", "base", World.HOUR, Map.of(), excess);
            assertThat(world.ask(world.sandboxes().create(request)).error())
                    .isInstanceOf(SandboxException.Invalid.class);
        }
        assertThat(words()).isEqualTo(Map.of("m", "x"));
    }

    /** Control characters are the longest in JSON. */
    @Test
    void whatIsAllowedFitsIntoOneEvent() {
        Map<String, String> most = new HashMap<>();
        for (int i = 0; i < 127; i++) most.put(String.valueOf((char) (256 + i)), "");
        most.put("v", "\u0001".repeat(10 * 1024 - 1 - 2 * 127));
        assertThat(patch(most, "m").error()).isNull();
        assertThat(words()).isEqualTo(most);
    }

    @Test
    void patchOfWhatIsPatchedWhileTheStoreHangsComesAfterIt() {
        world.faults().arm(Faults.Kind.HANG_AFTER, 0, false);
        Ask<Sandbox> first = patch(Map.of("a", "1"));
        Ask<Sandbox> second = patch(Map.of("b", "1"));
        assertThat(second.answered()).isFalse();
        world.advance(Duration.ofMinutes(1));
        assertThat(first.done()).isTrue();
        assertThat(second.done()).isTrue();
        assertThat(words()).isEqualTo(Map.of("m", "x", "a", "1", "b", "1"));
    }
}
