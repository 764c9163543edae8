package dev.sandbar.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandbar.store.Change;
import dev.sandbar.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What goes wrong when commands are left, and when they are taken up again. */
class RestartedCommandsTests {

    private final House house = new House();

    @AfterEach
    void end() {
        house.close();
    }

    @Test
    void whatWasClosedDoesNotSayThatThereIsNothing() {
        house.start("a");
        Commands closed = house.commands;
        house.restart();
        StepVerifier.create(closed.find("s", "a")).verifyError(CommandException.Lost.class);
        StepVerifier.create(closed.findByPid("s", 42)).verifyError(CommandException.Lost.class);
        StepVerifier.create(closed.findByTag("s", "tag")).verifyError(CommandException.Lost.class);
        StepVerifier.create(closed.list("s")).verifyError(CommandException.Lost.class);
        assertThatThrownBy(() -> closed.running("s")).isInstanceOf(CommandException.Lost.class);
        Mono<Command> start = closed.start("s", house.agent, CommandsTests.request(null));
        StepVerifier.create(start).verifyError(CommandException.Lost.class);
        house.commands.adopted("s", house.agent).block();
    }

    @Test
    void adoptionThatFailsIsTriedAgainThoughNobodyWaitsForIt() {
        house.start("a");
        house.agent.print("a", "one ");
        house.restart();
        house.agent.deaf = true;
        house.commands.adopted("s", house.agent).subscribe().dispose();
        house.timer.advanceTimeBy(Duration.ofMinutes(1));
        house.agent.deaf = false;
        house.timer.advanceTimeBy(Duration.ofSeconds(10));
        house.agent.print("a", "two");
        house.agent.exit("a", 0);
        assertThat(house.get("a").state()).isEqualTo(new CommandState.Exited(0, Cause.EXITED));
        assertThat(Transcript.of(house.get("a"), Position.behind(0)).text()).isEqualTo("one two");
    }

    @Test
    void journalThatCannotBeOpenedIsAskedForAgain() {
        house.start("a");
        house.agent.print("a", "one ");
        house.restart();
        house.journals.refusing = true;
        house.commands.adopted("s", house.agent).subscribe(done -> {}, error -> {});
        house.timer.advanceTimeBy(Duration.ofMinutes(1));
        house.journals.refusing = false;
        house.timer.advanceTimeBy(Duration.ofSeconds(10));
        house.agent.print("a", "two");
        house.agent.exit("a", 0);
        assertThat(Transcript.of(house.get("a"), Position.behind(0)).text()).isEqualTo("one two");
    }

    @Test
    void adoptionIsGivenUpWhenTheSandboxEnds() {
        house.start("a");
        house.restart();
        house.agent.deaf = true;
        house.commands.adopted("s", house.agent).subscribe(done -> {}, error -> {});
        house.commands.endSandbox("s", Cause.SANDBOX_KILLED).block();
        house.timer.advanceTimeBy(Duration.ofSeconds(10));
        assertThat(house.pumps.running()).isZero();
    }

    @Test
    void readingThatFailsHalfWayIsDoneAnewAndCountsNobodyTwice() {
        house.start("a");
        house.start("b");
        house.restart();
        house.commands = house.emptyCommands();
        house.store.listsHalf = true;
        for (int i = 0; i < 5; i++) {
            StepVerifier.create(house.commands.load()).verifyError(StoreException.Busy.class);
        }
        house.store.listsHalf = false;
        house.commands.load().block();
        house.commands.adopted("s", house.agent).block();
        for (int i = 2; i < House.LIMITS.running(); i++) house.start("c" + i);
        StepVerifier.create(house.tryStart("more", OnDisconnect.KEEP)).verifyError(CommandException.TooMany.class);
    }

    @Test
    void recordThatNobodyUnderstandsIsLeftAloneWithItsProcess() {
        house.start("odd");
        house.start("a");
        byte[] odd = "{\"version\":9}".getBytes(StandardCharsets.UTF_8);
        house.store.commit(new Change.Put("command", "s/odd", Change.ANY, odd)).block();
        house.restartAndAdopt();
        assertThat(house.find("odd")).isNull();
        assertThat(house.agent.knows("odd")).isTrue();
        assertThat(house.agent.calls).doesNotContain("signal 9");
        assertThat(house.get("a").state()).isEqualTo(new CommandState.Running());
    }

    @Test
    void commandsOfASandboxThatComesMeanwhileAreNotForgotten() {
        house.start("old");
        house.agent.print("old", "x");
        house.restart();
        Set<String> remembered = ConcurrentHashMap.newKeySet();
        Mono<Integer> swept = house.commands.keepOnly(id -> {
            if (id.equals("s") && remembered.add("new")) house.start("new", "c", OnDisconnect.KEEP);
            return remembered.contains(id);
        });
        StepVerifier.create(swept).expectNext(1).verifyComplete();
        assertThat(house.find("old")).isNull();
        assertThat(house.commands.find("new", "c").block()).isNotNull();
        house.commands.endSandbox("new", Cause.SANDBOX_KILLED).block();
        house.commands.forgotten("new").block();
    }
}
