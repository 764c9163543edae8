package dev.sandbar.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sandbar.scenario.Api.Answer;
import dev.sandbar.scenario.Story.Event;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * A service that is killed by {@code kill -9} while its sessions are in the middle of everything at once, and what the next
 * one makes of each of them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KilledIT {

    private static final int CROWD = 200;
    private static final int AT_ONCE = 50;
    private static final int EARLY = 10;
    private static final String GONE = "files, installed packages and processes of before are gone";

    private final List<CompletableFuture<Answer>> opened = new ArrayList<>();
    private final List<CompletableFuture<Answer>> cut = new ArrayList<>();
    private final List<CompletableFuture<Answer>> perhapsCut = new ArrayList<>();
    private final Map<String, List<Event>> before = new HashMap<>();
    private List<String> early = List.of();
    private List<CompletableFuture<Answer>> race = List.of();
    private String running = "";
    private String interrupted = "";
    private String interruptedEarly = "";
    private String undecided = "";
    private String approval = "";
    private String restored = "";
    private String left = "";
    private String returned = "";
    private String replaced = "";
    private String old = "";
    private String raced = "";
    private String called = "";
    private Instant killed = Instant.MAX;
    private House house;
    private McpProcess mcp;
    private Story back;

    @BeforeAll
    void killItInTheMiddleOfEverything(@TempDir Path directory) {
        house = new House(directory, Map.of("SANDBAR_SESSIONS_PAGEHIDEWAIT", "15s"));
        mcp = new McpProcess("through-crash.mjs", House.KEY);
        tools();
        approvals();
        replacement();
        pages();
        restore();
        crowd();
        killed = Instant.now();
        house.kill();
        house.open();
        back = house.api().follow(returned, house.api().ticket(returned));
        cut.forEach(call -> assertThat(call).isCompletedExceptionally());
    }

    private Api api() {
        return house.api();
    }

    private void tools() {
        running = api().open(Map.of());
        cut.add(api().endless(running));
        remember(running, "tool.end");
        interrupted = api().open(Map.of());
        perhapsCut.add(api().endless(interrupted));
        called = api().open(Map.of());
        api().bash(called, "echo mine > ~/file");
        mcp.goTo(api().address(), called);
        assertThat(mcp.next()).isEqualTo("begun");
    }

    private void approvals() {
        undecided = api().open(Map.of());
        approval = api().pending(undecided, "cpu-upgrade");
        perhapsCut.add(api().endless(undecided));
        remember(undecided, "approval.requested");
    }

    private void replacement() {
        replaced = api().open(Map.of());
        api().bash(replaced, Carrying.MAKE_FILES);
        old = api().sandboxId(replaced);
        api().budget(replaced, 1);
        cut.add(api().askLater(replaced, "size-0"));
        Carrying.stopped(house, replaced);
        remember(replaced, "sandbox.replacing");
    }

    private void pages() {
        left = withFile();
        returned = withFile();
        api().beacon(left, api().ticket(left));
        api().beacon(returned, api().ticket(returned));
    }

    private void restore() {
        restored = withFile();
        api().tearDown(restored);
    }

    private String withFile() {
        String id = api().open(Map.of());
        api().bash(id, "touch ~/before");
        return id;
    }

    /** The turn of the last ones comes after seconds only. A tool in the other one's way keeps its replacement from ending. */
    private void crowd() {
        raced = api().open(Map.of());
        cut.add(api().endless(raced));
        api().budget(raced, 1);
        List<String> first = open(CROWD).map(Api::now).map(KilledIT::id).toList();
        early = first.subList(CROWD - EARLY, CROWD);
        interruptedEarly = first.get(CROWD - EARLY - 1);
        early.forEach(id -> cut.add(api().bashLater(id, "touch ~/ran")));
        try (Story story = api().follow(interruptedEarly)) {
            perhapsCut.add(api().bashLater(interruptedEarly, "touch ~/ran"));
            story.until("tool.start");
        }
        api().until(early.get(EARLY - 1), "preloading");
        race = IntStream.range(0, AT_ONCE)
                .mapToObj(i -> api().askLater(raced, "size-" + i))
                .toList();
        for (int i = 0; i < AT_ONCE; i++) cut.add(api().bashLater(restored, "touch ~/ran"));
        api().until(restored, "preloading");
        api().until(raced, "replacing");
        Stream.of(interrupted, interruptedEarly, undecided, replaced)
                .forEach(id -> perhapsCut.add(api().later("POST", "/sessions/" + id + "/interrupt", null)));
        List<CompletableFuture<Answer>> more = open(CROWD).toList();
        Awaitility.await().atMost(House.LIMIT).until(() -> more.stream().anyMatch(CompletableFuture::isDone));
    }

    private Stream<CompletableFuture<Answer>> open(int count) {
        List<CompletableFuture<Answer>> all = IntStream.range(0, count)
                .mapToObj(i -> api().later("POST", "/sessions", Map.of()))
                .toList();
        opened.addAll(all);
        return all.stream();
    }

    private void remember(String id, String last) {
        try (Story story = api().follow(id)) {
            before.put(id, story.until(last));
        }
    }

    private static String id(Answer answer) {
        return answer.is(201).text("sessionID");
    }

    @AfterAll
    void nothingIsLeftAndEverySessionTellsAllOfIt() {
        mcp.close();
        back.close();
        house.assertNoOrphans();
        List<String> all = List.copyOf(api().sessions());
        Api.together(all.size(), i -> api().later("DELETE", "/sessions/" + all.get(i), null))
                .forEach(answer -> answer.is(204));
        Map<String, List<Event>> told = new HashMap<>();
        all.forEach(id -> told.put(id, whole(id)));
        before.forEach((id, earlier) -> assertThat(told.get(id)).startsWith(earlier.toArray(Event[]::new)));
        house.assertEmpty();
        house.close();
    }

    private List<Event> whole(String id) {
        try (Story story = api().follow(id)) {
            return story.whole();
        }
    }

    @Test
    void noAcknowledgedSessionIsLostAndEachHasOneSandboxInWhichItWorks() {
        assertThat(acknowledged()).hasSizeGreaterThan(CROWD).doesNotHaveDuplicates();
        assertThat(api().sessions()).containsAll(acknowledged()).containsAll(alone());
        List<String> crowd = api().sessions().stream()
                .filter(id -> !alone().contains(id) && !early.contains(id))
                .toList();
        List<Answer> answers = Api.together(crowd.size(), i -> api().bashLater(crowd.get(i), "echo works"));
        answers.forEach(answer -> assertThat(Api.output(answer)).isEqualTo("works"));
        assertThat(crowd.stream().map(api()::sandboxId)).doesNotHaveDuplicates();
    }

    private List<String> acknowledged() {
        return opened.stream()
                .filter(call -> !call.isCompletedExceptionally())
                .map(call -> id(Api.now(call)))
                .toList();
    }

    private List<String> alone() {
        return List.of(
                running, interrupted, interruptedEarly, undecided, restored, left, returned, replaced, raced, called);
    }

    @Test
    void preloadsThatWereCutAreMadeOnceMore() {
        for (String id : early) {
            assertThat(api().bash(id, "ls ~; echo works")).isEqualTo("works");
            List<Event> told = told(id, "echo works");
            assertThat(Story.of(told, "sandbox.ready")).singleElement().satisfies(this::afterTheKill);
        }
        house.assertNoOrphans();
    }

    @Test
    void interruptDuringAPreloadThatWasCutLeavesASessionThatWorks() {
        assertThat(api().bash(interruptedEarly, "ls ~; echo works")).isEqualTo("works");
        assertThat(Story.of(told(interruptedEarly, "echo works"), "sandbox.ready"))
                .singleElement()
                .satisfies(this::afterTheKill);
    }

    @Test
    void toolThatRanIsToldToHaveBeenCutAndTheSandboxIsTheSame() {
        for (String id : List.of(running, interrupted)) {
            assertThat(api().bash(id, "ls ~")).isEqualTo("begun");
            assertThat(api().bash(id, "echo works")).isEqualTo("works");
            assertThat(Story.of(told(id, "echo works"), "sandbox.ready")).hasSize(1);
        }
    }

    @Test
    void mcpClientGoesOnWithItsIdInTheSameSandbox() {
        assertThat(mcp.next()).isEqualTo("broken");
        mcp.goTo(api().address(), called);
        assertThat(mcp.next()).isEqualTo("known");
        assertThat(mcp.next()).isEqualTo("mine");
    }

    @Test
    void pendingApprovalIsStillThereOnceAndCanBeDecided() {
        assertThat(api().session(undecided).path("approvals")).hasSize(1);
        assertThat(api().approval(undecided, approval).path("state").asString(""))
                .isEqualTo("pending");
        assertThat(api().session(undecided).path("state").asString("")).isEqualTo("awaiting_approval");
        JsonNode outcome = api().approve(undecided, approval).is(200).json().path("outcome");
        assertThat(outcome.path("sandboxID").asString("")).isEqualTo(api().sandboxId(undecided));
        assertThat(api().sandbox(undecided).path("hardware").asString("")).isEqualTo("cpu-upgrade");
        assertThat(api().bash(undecided, "ls ~")).endsWith("begun");
    }

    @Test
    void replacementThatWasCutIsMadeOnceMoreWithAllFiles() {
        api().until(replaced, sandbox -> sandbox.path("hardware").asString("").equals("size-0"));
        assertThat(api().bash(replaced, "cat ~/words; stat -c %s ~/large")).endsWith("mine\n" + Carrying.LARGE);
        assertThat(api().sandboxId(replaced)).isNotEqualTo(old);
        assertSpent(replaced);
        List<Event> told = told(replaced, "stat");
        assertThat(Story.of(told, "sandbox.replaced")).singleElement().satisfies(this::afterTheKill);
        assertThat(Story.of(told, "approval.decided")).hasSize(1);
        Awaitility.await()
                .atMost(House.LIMIT)
                .untilAsserted(() -> assertThat(house.onTheMachine()).doesNotContain(old));
    }

    @Test
    void budgetThatWasRacedForIsReservedOnce() {
        api().until(raced, sandbox -> sandbox.path("hardware").asString("").startsWith("size-"));
        assertThat(api().bash(raced, "cd; ls")).endsWith("begun");
        assertSpent(raced);
        List<String> asked = approvals(raced, "hardware");
        assertThat(asked).doesNotHaveDuplicates();
        assertThat(approvals(raced, "approvalID")).containsAll(given());
        assertThat(told(raced, "cd; ls"))
                .filteredOn(event -> event.type().equals("budget.changed"))
                .allMatch(event -> event.data().path("estimatedSpendUsd").asDouble(9) <= 1);
        assertThat(Story.of(told(raced, "cd; ls"), "approval.decided")).hasSize(1);
    }

    /** Those that were answered before the kill. */
    private List<String> given() {
        return race.stream()
                .filter(call -> !call.isCompletedExceptionally())
                .map(Api::now)
                .filter(answer -> answer.is(202, 409).status() == 202)
                .map(answer -> answer.json().path("approval").path("approvalID").asString(""))
                .toList();
    }

    private List<String> approvals(String id, String field) {
        return api().send("GET", "/sessions/" + id + "/approvals", null)
                .json()
                .valueStream()
                .map(approval -> approval.path(field).asString(""))
                .toList();
    }

    private void assertSpent(String id) {
        double spent =
                api().session(id).path("autoApproval").path("estimatedSpendUsd").asDouble(9);
        assertThat(spent).isEqualTo(House.PRICE, within(0.02));
    }

    @Test
    void returnThatWasCutHappensOnceAndSaysWhatIsGone() {
        List<Answer> answers = Api.together(AT_ONCE, i -> api().bashLater(restored, "ls ~; echo works"));
        assertThat(answers).allSatisfy(answer -> assertThat(Api.output(answer)).endsWith("works"));
        assertThat(answers).anySatisfy(answer -> assertThat(Api.output(answer)).contains(GONE));
        assertThat(answers).noneSatisfy(answer -> assertThat(Api.output(answer)).contains("before\n", "ran\n"));
        assertThat(Story.of(told(restored, "echo works"), "sandbox.ready"))
                .hasSize(2)
                .last()
                .satisfies(this::afterTheKill);
    }

    @Test
    void wishOfAPageIsWithdrawnByItsReturnAndOtherwiseCarriedOut() {
        api().until(left, "torn_down");
        assertThat(api().sandbox(left).path("error").asString("")).isEqualTo("page-hide");
        assertThat(api().sandbox(returned).path("state").asString("")).isEqualTo("ready");
        assertThat(api().bash(returned, "ls ~")).isEqualTo("before");
        assertThat(api().bash(left, "echo anew")).contains(GONE).endsWith("anew");
    }

    private void afterTheKill(Event event) {
        assertThat(event.time()).isAfter(killed);
    }

    /** What was told up to the end of the first call, after the kill, of which this is a part. */
    private List<Event> told(String id, String command) {
        try (Story story = api().follow(id)) {
            List<Event> told = story.until(event ->
                    event.type().equals("tool.start") && event.text("arguments").contains(command));
            return Stream.concat(told.stream(), story.until("tool.end").stream())
                    .toList();
        }
    }
}
