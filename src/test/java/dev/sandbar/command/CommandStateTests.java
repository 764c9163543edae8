package dev.sandbar.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Locale;
import org.junit.jupiter.api.Test;

class CommandStateTests {

    private static final CommandState STARTING = new CommandState.Starting();
    private static final CommandState RUNNING = new CommandState.Running();
    private static final CommandState EXITED = new CommandState.Exited(1, Cause.EXITED);
    private static final CommandState SIGNALLED = new CommandState.Signalled(9, Cause.CLIENT);
    private static final CommandState FAILED = new CommandState.Failed("no such program");
    private static final CommandState GONE = new CommandState.Gone(Cause.SANDBOX_KILLED);

    @Test
    void clientsSeeOneWordForEachState() {
        assertThat(STARTING.wireName()).isEqualTo("starting");
        assertThat(RUNNING.wireName()).isEqualTo("running");
        assertThat(EXITED.wireName()).isEqualTo("exited");
        assertThat(SIGNALLED.wireName()).isEqualTo("signalled");
        assertThat(FAILED.wireName()).isEqualTo("failed");
        assertThat(GONE.wireName()).isEqualTo("failed");
    }

    @Test
    void onlyAnEndHasACause() {
        assertThat(STARTING.ended()).isFalse();
        assertThat(RUNNING.ended()).isFalse();
        assertThatIllegalStateException().isThrownBy(RUNNING::cause).withMessageContaining("running");
        assertThat(EXITED.cause()).isEqualTo(Cause.EXITED);
        assertThat(SIGNALLED.cause()).isEqualTo(Cause.CLIENT);
        assertThat(FAILED.cause()).isEqualTo(Cause.LOST);
        assertThat(GONE.cause()).isEqualTo(Cause.SANDBOX_KILLED);
        assertThat(GONE.ended()).isTrue();
    }

    @Test
    void clientsSeeCausesAsWordsWithDashes() {
        for (Cause cause : Cause.values()) {
            assertThat(cause.wireName())
                    .isEqualTo(cause.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        }
    }

    @Test
    void endTellsACodeOrASignal() {
        assertThat(CommandEvent.Ended.of(7, 1000, EXITED))
                .isEqualTo(new CommandEvent.Ended(7, 1000, 1, null, Cause.EXITED));
        assertThat(CommandEvent.Ended.of(7, 1000, SIGNALLED))
                .isEqualTo(new CommandEvent.Ended(7, 1000, null, 9, Cause.CLIENT));
        assertThat(CommandEvent.Ended.of(7, 1000, GONE))
                .isEqualTo(new CommandEvent.Ended(7, 1000, null, null, Cause.SANDBOX_KILLED));
    }

    @Test
    void whoeverGoesOnBehindAnEventNamesItsNumber() {
        assertThat(new CommandEvent.Started(1).seq()).isZero();
        assertThat(new CommandEvent.Gap(2, 5, 0, 10).seq()).isEqualTo(5);
    }

    @Test
    void onlyAStopOfTheServiceIsNoLoss() {
        assertThat(CommandException.Lost.stopping().isStopping()).isTrue();
        assertThat(new CommandException.Lost("the agent has gone").isStopping()).isFalse();
    }
}
