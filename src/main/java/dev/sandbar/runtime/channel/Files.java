package dev.sandbar.runtime.channel;

import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.FileEntry;
import dev.sandbar.runtime.FileEvent;
import dev.sandbar.runtime.FileWrite;
import java.time.Duration;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Conversations about files. */
final class Files {

    private static final int ENTRIES_MAX = 100_000;
    private static final long BYTES_MAX = 32 << 20;
    private static final byte[] END = new Request().empty(Types.END).toBytes();

    private final Conversations conversations;

    Files(Conversations conversations) {
        this.conversations = conversations;
    }

    Mono<FileEntry> entry(Supplier<Request> request) {
        return entry(request, conversations.settings().work());
    }

    /** The agent gives up, and leaves everything as it was, when the connection ends before its answer. */
    Mono<FileEntry> move(Supplier<Request> request) {
        return entry(request, conversations.settings().trees());
    }

    private Mono<FileEntry> entry(Supplier<Request> request, Duration within) {
        return conversations
                .hold(
                        within,
                        c -> ask(c, request)
                                .then(c.readOne(
                                        answer -> answer.as(Answer.Entry.class).entry())))
                .next();
    }

    Mono<Void> remove(Supplier<Request> request) {
        return conversations
                .hold(
                        conversations.settings().trees(),
                        c -> ask(c, request).then(c.readOne(answer -> answer.as(Answer.Ok.class))))
                .then();
    }

    Flux<FileEntry> list(Supplier<Request> request) {
        return conversations.hold(
                conversations.settings().work(),
                c -> ask(c, request)
                        .thenMany(c.read(new Listing()::check))
                        .takeWhile(answer -> !(answer instanceof Answer.Ok))
                        .map(answer -> answer.as(Answer.Entry.class).entry()));
    }

    Flux<FileEvent> read(Supplier<Request> request) {
        return conversations.hold(
                conversations.settings().work(),
                c -> ask(c, request)
                        .thenMany(c.read(new Reading()::check))
                        .takeWhile(answer -> !(answer instanceof Answer.Ok))
                        .map(Files::event));
    }

    Mono<FileEntry> write(FileWrite file, Publisher<byte[]> content) {
        return conversations
                .hold(
                        null,
                        c -> Mono.firstWithSignal(
                                c.readOne(
                                        answer -> answer.as(Answer.Entry.class).entry()),
                                upload(c, file, content).then(Mono.never())))
                .next();
    }

    private Mono<Void> upload(Conversation c, FileWrite file, Publisher<byte[]> content) {
        return ask(c, () -> Requests.write(file))
                .thenMany(Flux.from(content).concatMap(c::sendData, 1))
                .then(c.expectAnswer(conversations.settings().work()))
                .then(c.send(END));
    }

    private static Mono<Void> ask(Conversation c, Supplier<Request> request) {
        return Mono.defer(() -> c.send(request.get().toBytes()));
    }

    private static FileEvent event(Answer answer) {
        return answer instanceof Answer.Data data
                ? new FileEvent.Bytes(data.bytes())
                : new FileEvent.Opened(answer.as(Answer.Entry.class).entry());
    }

    /** Entries, then OK; bounded, because somebody may keep them all. */
    private static final class Listing {
        private int entries;
        private long bytes;

        Answer check(Answer answer) {
            if (answer instanceof Answer.Ok) return answer;
            bytes += answer.as(Answer.Entry.class).bytes();
            if (++entries > ENTRIES_MAX || bytes > BYTES_MAX) {
                throw new AgentException(
                        AgentException.Code.INVALID,
                        "there are too many entries to list: list a part of them, or run a command that does");
            }
            return answer;
        }
    }

    /** One entry, then data, then OK. */
    private static final class Reading {
        private boolean opened;

        Answer check(Answer answer) {
            if (!opened) {
                opened = true;
                return answer.as(Answer.Entry.class);
            }
            return answer instanceof Answer.Ok ? answer : answer.as(Answer.Data.class);
        }
    }
}
