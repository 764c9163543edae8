package dev.sandbar.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.store.Document;
import dev.sandbar.store.LogEntry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** What holds in every world that has settled, whatever went wrong before. */
final class Invariants {

    private static final SandboxCodec CODEC = new SandboxCodec();

    private final World world;
    private final List<Sandbox> records;

    Invariants(World world) {
        this.world = world;
        this.records = read(world);
    }

    private static List<Sandbox> read(World world) {
        List<Document> all = Objects.requireNonNull(
                world.store.list(Records.KIND).collectList().block());
        return all.stream().map(document -> CODEC.read(document.content())).toList();
    }

    /** All of them; then all sandboxes end, and again. */
    static void check(World world) {
        new Invariants(world).hold();
        Ask<Integer> ended = world.ask(world.sandboxes().endAll());
        world.allowAll(EndCause.KILLED);
        world.advance(Duration.ofSeconds(5));
        assertThat(ended.value()).as("ended").isNotNull();
        new Invariants(world).hold();
        assertThat(world.host.processes).as("processes when all have ended").isEmpty();
        assertThat(world.sandboxes().count()).isZero();
    }

    /** Everything was forgotten. */
    static void nothingIsLeft(World world) {
        assertThat(read(world)).as("records").isEmpty();
        assertThat(world.host.files).as("files").isEmpty();
    }

    private void hold() {
        requestsWereAnswered();
        acknowledgedOnesRunOrEndedHonestly();
        recordsAreRunningOrGone();
        memoryIsWhatIsRecorded();
        nothingIsOnTheHostWithoutARecord();
        limitsAreRight();
        nothingIsLeftAtWork();
        records.forEach(this::eventsTellTheStory);
    }

    private Set<String> running() {
        return records.stream().filter(Sandbox::running).map(Sandbox::id).collect(Collectors.toSet());
    }

    private void requestsWereAnswered() {
        assertThat(world.creations).as("creations").allMatch(ask -> ask.answered() || ask.left());
        assertThat(world.others).as("requests").allMatch(ask -> ask.answered() || ask.left());
    }

    /** Without an answer nothing runs, unless the service died before it could give one. */
    private void acknowledgedOnesRunOrEndedHonestly() {
        Set<String> acknowledged = new HashSet<>();
        for (Ask<Sandbox> ask : world.creations) {
            if (ask.value() != null && !ask.left()) acknowledged.add(ask.value().id());
        }
        Set<String> there = records.stream()
                .filter(sandbox -> sandbox.running() || world.honest(sandbox))
                .map(Sandbox::id)
                .collect(Collectors.toSet());
        assertThat(there).as("running or ended for a reason").containsAll(acknowledged);
        if (!world.crashed()) assertThat(acknowledged).as("acknowledged").containsAll(running());
    }

    private void recordsAreRunningOrGone() {
        for (Sandbox sandbox : records) {
            if (sandbox.running()) {
                assertThat(sandbox.endAt()).as("deadline of what runs").isAfter(world.now());
                continue;
            }
            assertThat(sandbox.state()).as("state").isEqualTo(SandboxState.GONE);
            assertThat(sandbox.endedAt()).as("time of its end").isNotNull();
            assertThat(sandbox.cause()).as("cause").isNotNull();
            if (sandbox.cause() == EndCause.EXPIRED) {
                assertThat(sandbox.endedAt()).as("expiry").isAfterOrEqualTo(sandbox.endAt());
            }
        }
    }

    private void memoryIsWhatIsRecorded() {
        assertThat(world.sandboxes().list())
                .as("in memory")
                .containsExactlyInAnyOrderElementsOf(
                        records.stream().filter(Sandbox::running).toList());
        for (Sandbox sandbox : records) {
            Ask<Sandbox> known = new Ask<>();
            world.sandboxes().known("ann", sandbox.id()).subscribe(known);
            world.advance(Duration.ZERO);
            assertThat(known.value()).as("known").isEqualTo(sandbox);
        }
    }

    private void nothingIsOnTheHostWithoutARecord() {
        assertThat(world.host.processes).as("on the host").isEqualTo(running());
        Set<String> files = records.stream()
                .filter(sandbox -> sandbox.running() || sandbox.cause() == EndCause.HOST_RESTART)
                .map(Sandbox::id)
                .collect(Collectors.toSet());
        assertThat(world.host.files).as("files").isSubsetOf(files);
    }

    private void limitsAreRight() {
        int running = running().size();
        assertThat(world.sandboxes().count()).as("in the table").isEqualTo(running);
        assertThat(world.sandboxes().places().taken()).as("places").isEqualTo(running);
        assertThat(world.sandboxes().places().taken("ann")).as("places of ann").isEqualTo(running);
    }

    private void nothingIsLeftAtWork() {
        assertThat(world.run().turns().keys()).as("turns").isZero();
        assertThat(world.run().tasks().running())
                .as("tasks: the watches")
                .isEqualTo(running().size());
    }

    private void eventsTellTheStory(Sandbox sandbox) {
        List<String> types = events(sandbox.id());
        boolean gone = sandbox.state() == SandboxState.GONE;
        assertThat(types.stream().filter(Next.ENDED::equals))
                .as("terminal events of " + types)
                .hasSize(gone ? 1 : 0);
        if (gone) assertThat(types).last().isEqualTo(Next.ENDED);
        if (sandbox.running()) assertThat(types).startsWith("sandbox.created", "sandbox.running");
        assertThat(types.stream().filter("sandbox.running"::equals)).hasSizeLessThanOrEqualTo(1);
        assertThat(types.stream().filter("sandbox.created"::equals)).hasSizeLessThanOrEqualTo(1);
    }

    private List<String> events(String id) {
        List<LogEntry> entries = Objects.requireNonNull(world.store
                .read("events/" + Sandboxes.stream(id), 0, 1000)
                .collectList()
                .block());
        List<String> types = new ArrayList<>();
        for (LogEntry entry : entries) {
            assertThat(entry.sequence()).as("sequence").isEqualTo(types.size() + 1L);
            String json = new String(entry.content(), StandardCharsets.UTF_8);
            types.add(json.substring(9, json.indexOf('"', 9)));
        }
        return types;
    }
}
