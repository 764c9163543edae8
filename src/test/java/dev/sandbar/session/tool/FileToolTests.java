package dev.sandbar.session.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.AgentGoneException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

/** Calls that meet processes of the sandbox at their work, and agents that fail. */
@ExtendWith(OutputCaptureExtension.class)
class FileToolTests {

    private static final String FILE = "/home/user/a";
    private static final String READ = "{'path':'a'}";
    private static final String WRITE = "{'path':'a','content':'mine'}";
    private static final String EDIT = "{'path':'a','old_str':'old','new_str':'new'}";

    private final ToolBed bed = new ToolBed();

    @BeforeEach
    void prepare() {
        bed.agent.file(FILE, "old text");
    }

    @AfterEach
    void end() {
        bed.close();
        assertThat(bed.memory.taken()).isZero();
    }

    @Test
    void processThatChangesTheFileDuringAnEditLosesNothing() {
        bed.call("read", READ);
        bed.agent.duringWrite = () -> bed.agent.file(FILE, "old text of a process");
        assertThat(bed.call("edit", EDIT).error()).contains("has changed since it was read, so nothing was written");
        assertThat(bed.agent.file(FILE)).isEqualTo("old text of a process");
        bed.agent.duringWrite = () -> {};
        assertThat(bed.call("edit", EDIT).error()).contains("has changed");
        bed.call("read", READ);
        assertThat(bed.call("edit", EDIT).success()).isTrue();
        assertThat(bed.agent.file(FILE)).isEqualTo("new text of a process");
    }

    @Test
    void processThatChangesTheFileDuringAWriteLosesNothing() {
        bed.call("read", READ);
        bed.agent.duringWrite = () -> bed.agent.file(FILE, "other");
        assertThat(bed.call("write", WRITE).error()).contains("has changed");
        assertThat(bed.agent.file(FILE)).isEqualTo("other");
    }

    @Test
    void fileThatComesIntoBeingDuringAWriteIsNotReplaced() {
        bed.agent.files.remove(FILE);
        bed.agent.duringWrite = () -> bed.agent.file(FILE, "other");
        assertThat(bed.call("write", WRITE).error()).contains("has changed");
        assertThat(bed.agent.file(FILE)).isEqualTo("other");
    }

    @Test
    void fileThatVanishesDuringAnEditIsNotMadeAgain() {
        bed.call("read", READ);
        bed.agent.duringWrite = () -> bed.agent.files.remove(FILE);
        assertThat(bed.call("edit", EDIT).error()).isEqualTo("File not found: /home/user/a");
        assertThat(bed.agent.files).isEmpty();
    }

    @Test
    void w18ModeOfAFileIsHandedOn() {
        bed.call("read", READ);
        bed.call("edit", EDIT);
        assertThat(bed.agent.calls).contains("wrote 640");
    }

    @Test
    void readThatFailsMarksNothing() {
        bed.agent.file(FILE, "old\0text");
        assertThat(bed.call("read", READ).success()).isFalse();
        bed.agent.file(FILE, "old text");
        assertThat(bed.call("edit", EDIT).error()).contains("has not been read this session");
        bed.agent.refusal = new AgentException(AgentException.Code.NOT_PERMITTED, "no");
        assertThat(bed.call("read", READ).error()).isEqualTo("Permission denied: /home/user/a");
        bed.agent.refusal = null;
        assertThat(bed.call("write", WRITE).error()).contains("has not been read this session");
    }

    @Test
    void writtenFileCountsAsRead() {
        bed.agent.files.remove(FILE);
        assertThat(bed.call("write", "{'path':'a','content':'old'}").success()).isTrue();
        assertThat(bed.call("edit", EDIT).success()).isTrue();
        assertThat(bed.call("write", WRITE).success()).isTrue();
        assertThat(bed.agent.file(FILE)).isEqualTo("mine");
    }

    @Test
    void otherSessionsHaveToReadByThemselves() {
        bed.call("read", READ);
        StepVerifier.create(bed.tools.call(bed.sandbox, new ReadFiles(), "write", ToolBed.json(WRITE)))
                .expectNextMatches(event -> event instanceof ToolEvent.End end
                        && end.result().shown().contains("has not been read this session"))
                .verifyComplete();
    }

    @Test
    void refusalsAreResultsAndLostSandboxesAreErrors() {
        bed.call("read", READ);
        bed.agent.duringWrite = () -> {
            throw new AgentException(AgentException.Code.NO_SPACE, "full");
        };
        assertThat(bed.call("edit", EDIT).error()).isEqualTo("There is no space left for /home/user/a");
        bed.agent.refusal = new AgentGoneException("gone", null);
        StepVerifier.create(bed.events("read", READ))
                .expectError(AgentGoneException.class)
                .verify(ToolBed.LIMIT);
    }

    @Test
    void everyCallEndsInTime() {
        bed.agent.held = Mono.never();
        for (String tool : List.of("read", "write", "edit")) {
            List<ToolEvent> events = new CopyOnWriteArrayList<>();
            String arguments = tool.equals("read") ? READ : tool.equals("write") ? WRITE : EDIT;
            bed.events(tool, arguments).subscribe(events::add);
            bed.time.advanceTimeBy(Duration.ofSeconds(59));
            assertThat(events).isEmpty();
            bed.time.advanceTimeBy(Duration.ofSeconds(2));
            assertThat(events)
                    .containsExactly(new ToolEvent.End(ToolResult.failed("It took longer than 60 s: /home/user/a")));
        }
    }

    @Test
    void cancelledEditChangesNothingAndGivesItsMemoryBack() {
        bed.call("read", READ);
        bed.agent.duringWrite = () -> bed.agent.held = Mono.never();
        Disposable call = bed.events("edit", EDIT).subscribe();
        Awaitility.await()
                .until(() -> bed.agent.calls.stream()
                                .filter(c -> c.startsWith("read"))
                                .count()
                        == 3);
        assertThat(bed.memory.taken()).isPositive();
        call.dispose();
        assertThat(bed.agent.file(FILE)).isEqualTo("old text");
        Awaitility.await().until(() -> bed.memory.taken() == 0);
        bed.agent.held = Mono.empty();
        bed.agent.duringWrite = () -> {};
        assertThat(bed.call("edit", EDIT).success()).isTrue();
    }

    @Test
    void memoryOfEditsIsBounded() {
        bed.call("read", READ);
        long all = bed.memory.most() - 100;
        assertThat(bed.memory.tryTake(all)).isTrue();
        StepVerifier.create(bed.events("edit", EDIT))
                .expectError(RejectedExecutionException.class)
                .verify(ToolBed.LIMIT);
        bed.memory.give(all);
        assertThat(bed.call("edit", EDIT).success()).isTrue();
    }

    @Test
    void largeFilesAreNotEdited() {
        bed.agent.files.put(FILE, new byte[EditTool.LARGEST + 1]);
        assertThat(bed.call("edit", EDIT).error()).startsWith("The file is too large to be edited, over 4 MiB");
    }

    /** As when the caller leaves while the agent answers. */
    @Test
    void refusalThatComesWhenTheCallerHasLeftIsNoFailureOfTheService(CapturedOutput output) {
        TestPublisher<Void> late = TestPublisher.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);
        bed.agent.held = late.mono();
        Disposable call = bed.events("read", READ).subscribe();
        Awaitility.await().untilAsserted(late::assertWasSubscribed);
        call.dispose();
        late.error(new AgentException(AgentException.Code.NOT_FOUND, "it was there a moment ago"));
        assertThat(output).doesNotContain("ERROR");
    }

    @Test
    void fileIsShownWithTheNumbersOfItsLines() {
        bed.agent.file(FILE, "one\ntwo\n");
        assertThat(bed.call("read", READ).output()).contains("1", "one", "2", "two");
        bed.agent.file(FILE, "a".repeat(7999) + "\0");
        assertThat(bed.call("read", READ).error()).contains("NUL");
        bed.agent.file(FILE, "a".repeat(8000) + "\0");
        assertThat(bed.call("read", READ).success()).isTrue();
    }

    @Test
    void placesThatWereChangedAreCounted() {
        bed.agent.file(FILE, "old old");
        bed.call("read", READ);
        assertThat(bed.call("edit", "{'path':'a','old_str':'old','new_str':'new','replace_all':true}")
                        .output())
                .isEqualTo("Edited /home/user/a (2 replacements)");
        assertThat(bed.call("edit", "{'path':'a','old_str':'new new','new_str':'x'}")
                        .output())
                .isEqualTo("Edited /home/user/a (1 replacement)");
    }

    @Test
    void largestContentIsTaken() {
        String most = "a".repeat(WriteTool.MOST);
        assertThat(bed.call("write", "{'path':'b','content':'" + most + "'}").success())
                .isTrue();
        assertThatThrownBy(() -> bed.call("write", "{'path':'b','content':'" + most + "b'}"))
                .hasMessageContaining("nothing was written");
    }
}
