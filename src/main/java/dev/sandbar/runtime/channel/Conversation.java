package dev.sandbar.runtime.channel;

import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.AgentGoneException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.FutureMono;

/**
 * One connection to the agent. What it reads and its deadlines run on the connection's event loop, what it writes may
 * begin on any thread.
 */
final class Conversation {

    private static final int TURNS = 4;
    private static final int PIECE = 16 * Types.BODY_MAX;

    private final Connection connection;
    private final EventLoop loop; // a closed channel doesn't know it any more
    private final Consumer<Answer.Hello> greeted;
    private final FrameParser parser = new FrameParser();
    private @Nullable Duration answerWithin;
    private boolean hello;
    private boolean answered;
    private @Nullable Future<?> deadline;
    private int turnsLeft;
    private volatile ProtocolException reason = ProtocolException.end("the agent closed the connection");

    /**
     * @param answerWithin how long the first answer may take; null for as long as it likes
     * @param greeted told the agent's greeting when it has come; may throw {@link ProtocolException}
     */
    Conversation(
            Connection connection, Duration greeting, @Nullable Duration answerWithin, Consumer<Answer.Hello> greeted) {
        this.connection = connection;
        this.loop = connection.channel().eventLoop();
        this.answerWithin = answerWithin;
        this.greeted = greeted;
        arm(greeting, "the agent did not greet in time");
    }

    EventLoop loop() {
        return loop;
    }

    /** Whether the agent has said its first word; for the event loop. */
    boolean isGreeted() {
        return hello;
    }

    Channel channel() {
        return connection.channel();
    }

    /**
     * What the agent says, each frame through {@code reader}, as much as is requested. Never completes by itself: when
     * the connection ends it fails with {@link AgentGoneException}.
     */
    <T> Flux<T> read(Function<Answer, T> reader) {
        return connection
                .inbound()
                .receive()
                .map(this::parse)
                .concatMapIterable(answers -> answers, 1)
                .map(reader)
                .concatWith(Mono.error(() -> reason))
                .onErrorMap(this::gone);
    }

    /** Reads the one answer that ends a simple conversation. */
    <T> Mono<T> readOne(Function<Answer, T> reader) {
        return read(reader).next();
    }

    /** Never emits, and fails with {@link AgentGoneException} when the connection has ended; reads nothing. */
    <T> Mono<T> closed() {
        return connection.onDispose().then(Mono.<T>error(() -> reason)).onErrorMap(this::gone);
    }

    /** Writes whole frames; completes when the socket has taken them. */
    Mono<Void> send(byte[] frames) {
        return write(() -> Unpooled.wrappedBuffer(frames));
    }

    /** Writes bytes as DATA frames, a piece at a time. */
    Mono<Void> sendData(byte[] bytes) {
        if (bytes.length <= PIECE) return bytes.length == 0 ? Mono.empty() : sendPiece(bytes, 0);
        return Flux.range(0, (bytes.length + PIECE - 1) / PIECE)
                .concatMap(piece -> sendPiece(bytes, piece * PIECE), 1)
                .then();
    }

    /** From now on an answer has to come in time. */
    Mono<Void> expectAnswer(Duration within) {
        return Mono.fromRunnable(() -> loop.execute(() -> {
            answerWithin = within;
            if (hello && !answered) arm(within, "the agent did not answer in time");
        }));
    }

    /** Ends the conversation from outside; its reader learns why. */
    void close(String why) {
        close(ProtocolException.end(why));
    }

    /** Ends it since nothing came in time. */
    void closeForSilence(String why) {
        close(ProtocolException.silence(why));
    }

    private void close(ProtocolException why) {
        reason = why;
        channel().close().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }

    /** Ends it after its reader is done. */
    void dispose() {
        connection.dispose();
        loop.execute(this::disarm);
    }

    private Mono<Void> sendPiece(byte[] bytes, int from) {
        return write(() -> Request.data(channel().alloc(), bytes, from, Math.min(bytes.length, from + PIECE)));
    }

    private Mono<Void> write(Supplier<ByteBuf> buffer) {
        return FutureMono.deferFuture(() -> channel().writeAndFlush(buffer.get()))
                .onErrorMap(this::gone);
    }

    private List<Answer> parse(ByteBuf in) {
        List<Answer> answers = parser.feed(in);
        if (!hello && !answers.isEmpty()) {
            greet(answers.remove(0).as(Answer.Hello.class));
        }
        if (!answered && !answers.isEmpty()) {
            answered = true;
            disarm();
        }
        return answers;
    }

    private void greet(Answer.Hello greeting) {
        if (greeting.version() != Types.VERSION) {
            throw new ProtocolException("the agent speaks version " + greeting.version());
        }
        hello = true;
        disarm();
        if (answerWithin != null) arm(answerWithin, "the agent did not answer in time");
        greeted.accept(greeting);
    }

    /** In several turns of the loop, before each of which it has read what had come: time in which it stood doesn't count. */
    private void arm(Duration limit, String why) {
        disarm();
        long turn = Math.max(1, limit.toMillis() / TURNS);
        turnsLeft = TURNS;
        deadline = loop.scheduleWithFixedDelay(() -> expire(why), turn, turn, TimeUnit.MILLISECONDS);
    }

    private void expire(String why) {
        if (--turnsLeft == 0) closeForSilence(why);
    }

    private void disarm() {
        if (deadline != null) deadline.cancel(false);
        deadline = null;
    }

    private Throwable gone(Throwable error) {
        if (error instanceof AgentException || error instanceof AgentGoneException) return error;
        String why = String.valueOf(error.getMessage());
        boolean said = error instanceof ProtocolException;
        AgentGoneException.Sign sign = !said && reason.isSilence() ? AgentGoneException.Sign.LATE : Proof.sign(error);
        return new AgentGoneException(said ? why : reason.getMessage() + ": " + why, error, sign);
    }
}
