package dev.sandbar.runtime.channel;

import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.AgentGoneException;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.tcp.TcpClient;

/** All conversations with one agent; ends them together. */
final class Conversations {

    private final TcpClient client;
    private final ChannelSettings settings;
    private final String mark;
    private final Set<Conversation> open = ConcurrentHashMap.newKeySet();
    private volatile @Nullable String ended;

    /** @param mark that the agent has to greet by */
    Conversations(TcpClient client, ChannelSettings settings, Path socket, String mark) {
        this.client = client.remoteAddress(() -> new DomainSocketAddress(socket.toString()));
        this.settings = settings;
        this.mark = mark;
    }

    ChannelSettings settings() {
        return settings;
    }

    /**
     * Connects, talks, and closes, for each subscription. Fails with {@link AgentException} or
     * {@link AgentGoneException}, or whatever {@code talk} brings in from elsewhere.
     *
     * @param answerWithin how long the first answer may take; null for as long as it likes
     */
    <T> Flux<T> hold(@Nullable Duration answerWithin, Function<Conversation, Publisher<T>> talk) {
        return hold(settings.pingLimit(), answerWithin, hello -> {}, talk);
    }

    /** For the control connection, which has to be greeted soon: whether the agent is gone, it decides for all others. */
    <T> Flux<T> hold(
            @Nullable Duration answerWithin,
            Consumer<Answer.Hello> greeted,
            Function<Conversation, Publisher<T>> talk) {
        return hold(settings.greeting(), answerWithin, greeted, talk);
    }

    private <T> Flux<T> hold(
            Duration greeting,
            @Nullable Duration answerWithin,
            Consumer<Answer.Hello> greeted,
            Function<Conversation, Publisher<T>> talk) {
        Mono<Conversation> connect = Mono.defer(
                        () -> isFull() || ended != null ? Mono.error(refusal()) : client.connect())
                .onErrorMap(Conversations::unreachable)
                .map(connection -> begin(new Conversation(connection, greeting, answerWithin, checked(greeted))));
        return Flux.usingWhen(connect, talk, this::end, (conversation, error) -> end(conversation), this::end);
    }

    /** Ends all conversations that are open, and refuses further ones. */
    void endAll(String why) {
        ended = why;
        open.forEach(conversation -> conversation.close(why));
    }

    private Conversation begin(Conversation conversation) {
        if (isFull()) {
            conversation.dispose();
            throw refusal();
        }
        open.add(conversation);
        conversation.channel().closeFuture().addListener(closed -> open.remove(conversation));
        String why = ended;
        if (why != null) conversation.close(why);
        return conversation;
    }

    private Consumer<Answer.Hello> checked(Consumer<Answer.Hello> greeted) {
        return hello -> {
            if (!hello.mark().equals(mark)) throw new ProtocolException("the agent bears another mark");
            greeted.accept(hello);
        };
    }

    private Mono<Void> end(Conversation conversation) {
        return Mono.fromRunnable(() -> {
            open.remove(conversation);
            conversation.dispose();
        });
    }

    private boolean isFull() {
        return open.size() >= settings.conversations();
    }

    private RuntimeException refusal() {
        String why = ended;
        return why == null
                ? new AgentException(AgentException.Code.BUSY, "too many conversations with one sandbox")
                : new AgentGoneException(why, null);
    }

    private static Throwable unreachable(Throwable error) {
        if (error instanceof AgentException || error instanceof AgentGoneException) return error;
        return new AgentGoneException("the agent can't be reached", error, Proof.sign(error));
    }
}
