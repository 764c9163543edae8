package dev.sandbar.client;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Brings bytes into one file, and compares what the server says it has written with what was sent. */
record Upload(Calls calls, String sandboxId, String path) {

    private static final String FILE = "/files?path={path}";

    record Written(@Nullable String path, @Nullable String digest) {}

    /** Bytes that are there: the server refuses others before anything is replaced, where it can. */
    Mono<String> send(byte[] content) {
        return send(call(Body.of(content)).header(Sha256.CONTENT_DIGEST, Sha256.of(content)), Sha256.of(content));
    }

    /** A stream, whose digest is known at its end only. */
    Mono<String> send(Body body) {
        return Mono.defer(() -> {
            Sha256 sent = new Sha256();
            Body watched = body.watched(sent::reset, sent::add);
            return answer(call(watched)).map(written -> place(written, sent.value()));
        });
    }

    private Mono<String> send(Call call, String digest) {
        return answer(call).map(written -> place(written, digest));
    }

    private Call call(Body body) {
        return Call.post(FILE, path)
                .inside(sandboxId)
                .body(body)
                .header(Sha256.WANT_REPR_DIGEST, Sha256.WISH)
                .repeatable();
    }

    private Mono<Written> answer(Call call) {
        Answer.Reader<Written[]> read =
                Answer.json(Written[].class, calls.settings().maxJson());
        return calls.streamed(sandboxId, call, read)
                .singleOrEmpty()
                .map(written -> Wire.required(written.length == 0 ? null : written[0], "path", call.name()));
    }

    private static String place(Written written, String sent) {
        String digest = Sha256.in(written.digest());
        if (digest != null && !digest.equals(sent)) {
            throw Wire.malformed("POST /files", "what was written isn't what was sent, by its digest");
        }
        return Wire.required(written.path(), "path", "POST /files");
    }
}
