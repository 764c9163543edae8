package dev.sandbar.runtime.channel;

import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.AgentGoneException;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.util.concurrent.Future;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.MonoSink;

/**
 * One control connection: asks the agent again and again whether it is there. Its state belongs to its event loop.
 *
 * <p>Answers come in the order of the questions, of which there are at most {@value #QUESTIONS} at a time. How long an
 * answer is late is counted in turns of the event loop, not by a clock: before each turn the loop has read what had come, so
 * that no time counts in which this process was stopped, or too busy to read.
 */
final class ControlTalk {

    private static final int QUESTIONS = 64;

    /** A question that was sent: a ping by its number, or a deadline by whoever waits. */
    private record Question(long ping, @Nullable MonoSink<Void> waiting) {}

    private final Queue<Question> questions = new ArrayDeque<>();
    private final Conversation conversation;
    private final ChannelSettings settings;
    private final Runnable answered;
    private @Nullable Future<?> heartbeat;
    private boolean over;
    private long pings;
    private long pongs;
    private long late;

    /** @param answered told whenever the agent has answered a ping */
    ControlTalk(Conversation conversation, ChannelSettings settings, Runnable answered) {
        this.conversation = conversation;
        this.settings = settings;
        this.answered = answered;
    }

    /** Never completes; fails when the connection ends or the agent doesn't answer. */
    Flux<Void> run() {
        long every = settings.pingEvery().toMillis();
        heartbeat = conversation.loop().scheduleWithFixedDelay(this::beat, every, every, TimeUnit.MILLISECONDS);
        return conversation
                .read(this::answer)
                .ignoreElements()
                .flux()
                .cast(Void.class)
                .doFinally(signal -> conversation.loop().execute(this::stop));
    }

    /** Asks the agent to take a deadline. */
    void ask(Instant deadline, MonoSink<Void> sink) {
        conversation.loop().execute(() -> askNow(deadline, sink));
    }

    /** Asks nothing before the agent has greeted, for which there is a limit of its own. */
    private void beat() {
        if (!conversation.isGreeted()) return;
        if (pings > pongs) {
            if (++late * settings.pingEvery().toNanos() >= settings.pingLimit().toNanos()) {
                conversation.closeForSilence("the agent does not answer");
            }
        } else if (questions.size() < QUESTIONS) {
            late = 0;
            questions.add(new Question(++pings, null));
            write(Request.number(Types.PING, pings));
        }
    }

    private void askNow(Instant deadline, MonoSink<Void> sink) {
        if (over) {
            sink.error(gone());
        } else if (questions.size() >= QUESTIONS) {
            sink.error(new AgentException(AgentException.Code.BUSY, "too many deadlines at once"));
        } else {
            questions.add(new Question(0, sink));
            write(Request.number(Types.DEADLINE, Math.max(0, deadline.toEpochMilli())));
        }
    }

    private Answer answer(Answer answer) {
        Question question = questions.poll();
        if (question == null) throw answer.unexpected();
        MonoSink<Void> waiting = question.waiting();
        if (waiting != null) {
            answer(answer, waiting);
        } else if (answer.as(Answer.Pong.class).number() != question.ping()) {
            throw new ProtocolException("pong to another ping");
        } else {
            pongs = question.ping();
            answered.run();
        }
        return answer;
    }

    private static void answer(Answer answer, MonoSink<Void> waiting) {
        if (answer instanceof Answer.Refused refused) {
            waiting.error(new AgentException(refused.code(), refused.message()));
        } else {
            answer.as(Answer.Ok.class);
            waiting.success();
        }
    }

    private void stop() {
        over = true;
        if (heartbeat != null) heartbeat.cancel(false);
        for (Question question; (question = questions.poll()) != null; ) {
            MonoSink<Void> waiting = question.waiting();
            if (waiting != null) waiting.error(gone());
        }
    }

    private static AgentGoneException gone() {
        return new AgentGoneException("the agent is gone", null);
    }

    private void write(byte[] frame) {
        conversation
                .channel()
                .writeAndFlush(Unpooled.wrappedBuffer(frame))
                .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }
}
