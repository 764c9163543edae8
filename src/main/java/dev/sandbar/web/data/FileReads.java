package dev.sandbar.web.data;

import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.FileEntry;
import dev.sandbar.runtime.FileEvent;
import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.Cut;
import dev.sandbar.web.http.DeclaredLength;
import dev.sandbar.web.http.Refusals;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;

/** {@code GET /files}: streams a file, as fast as the client takes it. */
final class FileReads {

    private static final long TO_THE_END = -1;
    private static final int WORTH_PACKING = 1024;

    private final Sandboxes sandboxes;
    private final List<String> users;
    private final Refusals refusals;

    FileReads(Sandboxes sandboxes, List<String> users, Refusals refusals) {
        this.sandboxes = sandboxes;
        this.users = users;
        this.refusals = refusals;
    }

    Mono<ServerResponse> read(ServerRequest request) {
        String path = FileRequests.user(request, users).resolve(FileRequests.path(request));
        @Nullable ByteRange range = range(request);
        long offset = range == null ? 0 : range.first();
        long length = range == null ? TO_THE_END : range.length();
        Flux<FileEvent> events = sandboxes
                .agent(Gate.sandbox(request).id())
                .read(path, offset, length)
                .onErrorMap(AgentException.class, refusal -> PathRefusals.plain(refusal, path));
        HttpHeaders asked = request.headers().asHttpHeaders();
        Wanted wanted = Wanted.of(asked, range != null);
        boolean pack = range == null && wanted.digest() == null && Packing.isAccepted(asked);
        boolean headOnly = request.method().equals(HttpMethod.HEAD);
        Answer answer = new Answer(asked, events, range, pack, wanted, headOnly);
        return ServerResponse.ok().body((response, context) -> write(response, answer));
    }

    /** A part that is to be joined to an older one is answered by the whole: versions are too weak for that. */
    private static @Nullable ByteRange range(ServerRequest request) {
        boolean joined = request.headers().firstHeader(HttpHeaders.IF_RANGE) != null;
        return joined ? null : ByteRange.of(request.headers().firstHeader(HttpHeaders.RANGE));
    }

    private record Answer(
            HttpHeaders asked,
            Flux<FileEvent> events,
            @Nullable ByteRange range,
            boolean pack,
            Wanted wanted,
            boolean headOnly) {}

    private Mono<Void> write(ServerHttpResponse response, Answer answer) {
        Flux<DataBuffer> body = answer.events().switchOnFirst((first, all) -> opened(first, all, response, answer));
        return response.writeWith(body).onErrorResume(error -> failed(answer.asked(), response, error));
    }

    /** The first event decides about the head, which goes out with the first bytes. */
    private static Publisher<DataBuffer> opened(
            Signal<? extends FileEvent> first, Flux<FileEvent> all, ServerHttpResponse response, Answer answer) {
        if (!(first.get() instanceof FileEvent.Opened opened)) return all.thenMany(Flux.empty());
        FileEntry entry = opened.entry();
        if (Versions.isKnown(answer.asked(), entry)) {
            unchanged(response, entry);
            return Flux.empty();
        }
        HttpHeaders head = response.getHeaders();
        describe(head, entry);
        Flux<byte[]> rest = all.skip(1).ofType(FileEvent.Bytes.class).map(FileEvent.Bytes::bytes);
        Flux<byte[]> body = body(response, entry, answer, rest);
        return answer.headOnly() ? Flux.empty() : body.map(response.bufferFactory()::wrap);
    }

    private static Flux<byte[]> body(ServerHttpResponse response, FileEntry entry, Answer answer, Flux<byte[]> bytes) {
        HttpHeaders head = response.getHeaders();
        ByteRange range = answer.range();
        long length = range == null ? entry.size() : part(response, entry.size(), range);
        if (answer.wanted().trails(response)) return answer.wanted().digested(DeclaredLength.keep(length, bytes));
        if (!answer.pack() || length < WORTH_PACKING) return DeclaredLength.declare(head, length, bytes);
        head.set(HttpHeaders.CONTENT_ENCODING, "gzip");
        return Packing.gzip(DeclaredLength.keep(length, bytes));
    }

    private static void unchanged(ServerHttpResponse response, FileEntry entry) {
        response.setStatusCode(HttpStatus.NOT_MODIFIED);
        version(response.getHeaders(), entry);
    }

    private static void version(HttpHeaders headers, FileEntry entry) {
        headers.setLastModified(entry.modified());
        headers.set(HttpHeaders.ETAG, Versions.tag(entry));
        headers.set(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
    }

    private static void describe(HttpHeaders head, FileEntry entry) {
        head.setContentType(MediaType.APPLICATION_OCTET_STREAM);
        head.set(HttpHeaders.CONTENT_DISPOSITION, FileRequests.disposition(entry.name()));
        head.set(HttpHeaders.ACCEPT_RANGES, "bytes");
        version(head, entry);
    }

    /** How many bytes the part has. */
    private static long part(ServerHttpResponse response, long size, ByteRange range) {
        if (range.first() >= size) throw new ApiException(416, "The file has only " + size + " bytes");
        long last = Math.min(range.last(), size - 1);
        response.setStatusCode(HttpStatus.PARTIAL_CONTENT);
        response.getHeaders().set(HttpHeaders.CONTENT_RANGE, "bytes " + range.first() + "-" + last + "/" + size);
        return last - range.first() + 1;
    }

    /** Before the head it is a refusal; after it the client must see that something is missing. */
    private Mono<Void> failed(HttpHeaders asked, ServerHttpResponse response, Throwable error) {
        if (!response.isCommitted()) return refusals.write(asked, response, refusal(error));
        return Cut.cut(response, error) ? Mono.empty() : Mono.error(error);
    }

    private static Throwable refusal(Throwable error) {
        return error instanceof DeclaredLength.Shortfall
                ? new ApiException(409, "The file changed while it was read: ask again")
                : error;
    }
}
