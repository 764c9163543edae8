package dev.sandbar.client;

import dev.sandbar.client.SandboxTransportException.Broken;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Brings the bytes of one file, over several connections where it must and may be. */
record Download(Calls calls, String sandboxId, String path) {

    private static final int PARTIAL = 206;

    /**
     * Some of a file's bytes, and where in the file they belong.
     */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Piece(long offset, byte[] bytes) {}

    /**
     * The bytes in order.
     *
     * @param restart whether the pieces may begin again at offset 0, which makes those before it void
     */
    Flux<Piece> pieces(boolean restart) {
        return Flux.defer(() -> {
            Attempts attempts = calls.endless();
            Progress progress = new Progress(restart, attempts);
            return Flux.defer(() -> calls.once(sandboxId, progress.next(), attempts, progress::read))
                    .retryWhen(attempts.whenever(progress::goesOn))
                    .onErrorMap(Unsent.class, Unsent::unwrap);
        });
    }

    /** How far it has come. */
    private final class Progress {

        private final boolean restart;
        private final Attempts attempts;
        private volatile @Nullable String version;
        private volatile long offset;

        Progress(boolean restart, Attempts attempts) {
            this.restart = restart;
            this.attempts = attempts;
        }

        Call next() {
            Call whole = Call.get("/files?path={path}", path)
                    .header(HttpHeaders.ACCEPT_ENCODING, "identity")
                    .header(Sha256.WANT_CONTENT_DIGEST, Sha256.WISH)
                    .inside(sandboxId);
            String known = version;
            if (offset == 0 || known == null) {
                offset = 0;
                return whole;
            }
            return whole.header(HttpHeaders.RANGE, "bytes=" + offset + "-").header(HttpHeaders.IF_RANGE, known);
        }

        boolean goesOn(Throwable failure) {
            boolean possible = offset == 0 || restart || version != null;
            return possible && RetryRules.allow(Call.get("/files"), failure);
        }

        Flux<Piece> read(Answer answer) {
            String encoding = answer.header(HttpHeaders.CONTENT_ENCODING);
            if (encoding != null && !encoding.equals("identity")) {
                throw Wire.malformed(answer.name(), "it is packed, which was not asked for");
            }
            if (answer.status() != PARTIAL && offset > 0 && !restart) {
                throw new SandboxClientException("GET /files: it broke, and the file may have changed since", null);
            }
            long start = answer.status() == PARTIAL ? offset : 0;
            if (answer.status() == PARTIAL) requireRest(answer);
            offset = start;
            version = strong(answer.header(HttpHeaders.ETAG));
            long length = answer.headers().getContentLength();
            Sha256 digest = new Sha256();
            return answer.body()
                    .doOnNext(digest::add)
                    .startWith(new byte[0])
                    .filter(bytes -> bytes.length > 0 || (restart && start == 0))
                    .map(this::place)
                    .concatWith(Mono.defer(() -> complete(answer, length < 0 ? offset : start + length)))
                    .concatWith(verified(answer, digest));
        }

        private void requireRest(Answer answer) {
            String range = answer.header(HttpHeaders.CONTENT_RANGE);
            if (range == null || !range.startsWith("bytes " + offset + "-")) {
                throw Wire.malformed(answer.name(), "it is another part of the file than the one asked for");
            }
        }

        private Piece place(byte[] bytes) {
            long at = offset;
            offset = at + bytes.length;
            if (bytes.length > 0) attempts.progress();
            return new Piece(at, bytes);
        }

        private Mono<Piece> complete(Answer answer, long size) {
            if (offset == size) return Mono.empty();
            String what = answer.name() + ": " + offset + " of " + size + " bytes came";
            return Mono.error(new Broken(what, null));
        }

        /** By the digest that a server has promised to send behind the bytes. */
        private static Mono<Piece> verified(Answer answer, Sha256 digest) {
            if (Sha256.CONTENT_DIGEST.equalsIgnoreCase(answer.header(HttpHeaders.TRAILER))) {
                Mono<Boolean> compared = answer.trailers()
                        .field(Sha256.CONTENT_DIGEST)
                        .map(field -> digest.value().equals(Sha256.in(field)));
                return compared.defaultIfEmpty(false)
                        .filter(same -> !same)
                        .flatMap(other -> Mono.error(damaged(answer)));
            }
            return Mono.empty();
        }

        private static Throwable damaged(Answer answer) {
            return Wire.malformed(answer.name(), "the bytes don't have the digest that the server promised for them");
        }

        /** A weak one doesn't tell whether two parts belong together. */
        private static @Nullable String strong(@Nullable String tag) {
            return tag == null || tag.startsWith("W/") ? null : tag;
        }
    }
}
