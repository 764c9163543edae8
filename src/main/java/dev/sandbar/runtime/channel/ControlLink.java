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
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;

/**
 * The connection that is kept open as long as the agent is there. Its state belongs to its event loop.
 *
 * <p>Answers come in the order of the questions, of which there are at most {@value #QUESTIONS} at a time.
 */
final class ControlLink {

    private static final int QUESTIONS = 64;

    /** A question that was sent: a ping by its number, or a deadline by whoever waits. */
    private record Question(long ping, @Nullable MonoSink<Void> waiting) {}

    private final Conversations conversations;
    private final Queue<Question> questions = new ArrayDeque<>();
    private final Sinks.One<Answer.Hello> greeting = Sinks.one();
    private final Sinks.Empty<Void> gone = Sinks.empty();
    private final Sinks.Empty<Void> closed = Sinks.empty();
    private volatile @Nullable Conversation conversation;
    private @Nullable Future<?> heartbeat;
    private @Nullable Future<?> check;
    private long pings;
    private long pongs;

    ControlLink(Conversations conversations) {
        this.conversations = conversations;
    }

    /**
     * Keeps the connection until it ends, then ends all others and says so. Cancelled (because the service ends), it
     * says nothing: the agent lives on.
     */
    Mono<Void> serve() {
        return conversations
                .hold(null, greeting::tryEmitValue, this::talk)
                .then()
                .takeUntilOther(closed.asMono())
                .onErrorResume(RuntimeException.class, this::end)
                .doFinally(signal -> stop());
    }

    /** Emits when the agent has greeted; fails when it can't be reached. */
    Mono<Answer.Hello> greeting() {
        return greeting.asMono();
    }

    Mono<Void> gone() {
        return gone.asMono();
    }

    /** Gives the connection up without a word. */
    void close() {
        closed.tryEmitEmpty();
    }

    Mono<Void> deadline(Instant deadline) {
        return Mono.create(sink -> {
            Conversation now = conversation;
            if (now == null) sink.error(new AgentGoneException("the agent is gone", null));
            else now.loop().execute(() -> ask(now, deadline, sink));
        });
    }

    private Flux<Void> talk(Conversation opened) {
        conversation = opened;
        long every = conversations.settings().pingEvery().toMillis();
        heartbeat = opened.loop().scheduleAtFixedRate(() -> ping(opened), every, every, TimeUnit.MILLISECONDS);
        return opened.read(this::answer).ignoreElements().flux().cast(Void.class);
    }

    private void ping(Conversation opened) {
        if (pings > pongs || questions.size() >= QUESTIONS) return;
        long number = ++pings;
        questions.add(new Question(number, null));
        write(opened, Request.number(Types.PING, number));
        long limit = conversations.settings().pingLimit().toMillis();
        check = opened.loop().schedule(() -> check(opened, number), limit, TimeUnit.MILLISECONDS);
    }

    private void check(Conversation opened, long number) {
        if (pongs < number) opened.close("the agent does not answer");
    }

    private void ask(Conversation opened, Instant deadline, MonoSink<Void> sink) {
        if (conversation != opened) {
            sink.error(new AgentGoneException("the agent is gone", null));
        } else if (questions.size() >= QUESTIONS) {
            sink.error(new AgentException(AgentException.Code.BUSY, "too many deadlines at once"));
        } else {
            questions.add(new Question(0, sink));
            byte[] frame = Request.number(Types.DEADLINE, Math.max(0, deadline.toEpochMilli()));
            write(opened, frame);
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

    private Mono<Void> end(RuntimeException error) {
        conversations.endAll("the agent is gone: " + error.getMessage());
        greeting.tryEmitError(error);
        gone.tryEmitEmpty();
        return Mono.empty();
    }

    private void stop() {
        Conversation last = conversation;
        conversation = null;
        if (heartbeat != null) heartbeat.cancel(false);
        if (check != null) check.cancel(false);
        if (last != null) last.loop().execute(this::failQuestions);
    }

    private void failQuestions() {
        for (Question question; (question = questions.poll()) != null; ) {
            MonoSink<Void> waiting = question.waiting();
            if (waiting != null) waiting.error(new AgentGoneException("the agent is gone", null));
        }
    }

    private static void write(Conversation opened, byte[] frame) {
        opened.channel()
                .writeAndFlush(Unpooled.wrappedBuffer(frame))
                .addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }
}
