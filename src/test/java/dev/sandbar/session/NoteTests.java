package dev.sandbar.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.session.tool.ToolEvent;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Sinks;

/** Who is told that a sandbox is another one than before: the first result out of it, and no other. */
class NoteTests {

    private final House house = House.running();

    @AfterEach
    void close() {
        house.close();
    }

    private String output(Ask<ToolEvent> call) {
        return House.result(call).output();
    }

    private void lose(String id) {
        house.ask(house.run().sandboxes().kill("ann", house.sandboxOf(id)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theCutCallSaysNothingOfItAndTheFirstInTheNewSandboxDoes(boolean cutEndsFirst) {
        String id = house.open();
        Ask<ToolEvent> cut = house.bash(id, "until");
        var endOfCut = house.tools().until;
        house.tools().until = Sinks.empty();
        lose(id);
        if (cutEndsFirst) endOfCut.tryEmitEmpty();
        Ask<ToolEvent> first = house.bash(id, "until");
        if (!cutEndsFirst) endOfCut.tryEmitEmpty();
        house.advance(Duration.ZERO);
        assertThat(output(cut)).isEqualTo("until");
        house.tools().until.tryEmitEmpty();
        house.advance(Duration.ZERO);
        assertThat(output(first)).isEqualTo(Words.RESET + "\nuntil");
        assertThat(output(house.bash(id, "x"))).isEqualTo("x");
    }

    @Test
    void ofManyCallsInTheNewSandboxOneIsTold() {
        String id = house.open();
        lose(id);
        Ask<ToolEvent> one = house.bash(id, "until");
        Ask<ToolEvent> two = house.bash(id, "until");
        house.tools().until.tryEmitEmpty();
        house.advance(Duration.ZERO);
        assertThat(output(one)).isEqualTo(Words.RESET + "\nuntil");
        assertThat(output(two)).isEqualTo("until");
    }

    @Test
    void whereTheFirstCallersLeaveTheNextIsTold() {
        String id = house.open();
        lose(id);
        house.bash(id, "hang").cancel();
        assertThat(output(house.bash(id, "x"))).startsWith(Words.RESET);
    }

    /** The sandbox is lost between the first result's end and the removal of what that has said. */
    @Test
    void whatOneResultHasSaidDoesNotSilenceTheNextLoss() {
        String id = house.open();
        lose(id);
        Ask<ToolEvent> call = house.bash(id, "until");
        Sinks.Empty<Void> held = Sinks.empty();
        house.ask(house.run().turns().inTurn(id, held.asMono()));
        house.tools().until.tryEmitEmpty();
        lose(id);
        held.tryEmitEmpty();
        house.advance(Duration.ZERO);
        assertThat(output(call)).isEqualTo(Words.RESET + "\nuntil");
        assertThat(output(house.bash(id, "x"))).isEqualTo(Words.RESET + "\nx");
    }

    @Test
    void whatWasLostIsStillSaidWhenItsSuccessorIsReplaced() {
        String id = house.open();
        lose(id);
        house.provision(id, "cpu-basic");
        house.budget(id, true, 5);
        house.provision(id, "big");
        assertThat(output(house.bash(id, "x"))).startsWith(Words.RESET + "\n").contains("carried over");
        house.provision(id, "cpu-basic");
        assertThat(output(house.bash(id, "x"))).doesNotContain(Words.RESET).contains("carried over");
        assertThat(house.get(id).note()).isNull();
    }

    @Test
    void aNoteThatWasToldIsNotToldAgainAfterARestartAndOneThatWasNotIs() {
        String id = house.open();
        lose(id);
        Ask<ToolEvent> cut = house.bash(id, "hang");
        house.restart();
        assertThat(cut.values).noneMatch(event -> event instanceof ToolEvent.End);
        assertThat(output(house.bash(id, "x"))).startsWith(Words.RESET);
        house.restart();
        assertThat(output(house.bash(id, "x"))).isEqualTo("x");
    }
}
