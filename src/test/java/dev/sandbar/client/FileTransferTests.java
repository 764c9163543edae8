package dev.sandbar.client;

import static dev.sandbar.client.ScriptedServer.cut;
import static dev.sandbar.client.ScriptedServer.error;
import static dev.sandbar.client.ScriptedServer.hang;
import static dev.sandbar.client.ScriptedServer.json;
import static dev.sandbar.client.ScriptedServer.reset;
import static dev.sandbar.client.ScriptedServer.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.core.io.buffer.NettyDataBufferFactory;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class FileTransferTests {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String BYTES = "application/octet-stream";
    private static final String WRITTEN = "[{\"name\":\"x\",\"path\":\"/home/user/x\",\"type\":\"file\"}]";

    @TempDir
    Path directory = Path.of("");

    private final ScriptedServer server = new ScriptedServer();
    private final SandboxClient client = server.client().build();
    private final SandboxFiles files = client.sandbox("i1").files();

    @AfterEach
    void close() {
        client.close();
        server.close();
    }

    private List<String> names() {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(path -> path.getFileName().toString()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static DataBuffer buffer(String content) {
        return DefaultDataBufferFactory.sharedInstance.wrap(content.getBytes(UTF_8));
    }

    @Test
    void aDownloadTakesItsPlaceWhenItIsComplete() throws IOException {
        Path target = Files.writeString(directory.resolve("f"), "old");
        server.then(text(BYTES, "new content"));
        assertThat(files.downloadTo("a b&c", target).block(LIMIT)).isEqualTo(11);
        assertThat(Files.readString(target)).isEqualTo("new content");
        assertThat(names()).containsExactly("f");
        assertThat(server.last().uri()).isEqualTo("/files?path=a%20b%26c");
    }

    @Test
    void anEmptyFileIsAFile() throws IOException {
        server.then(text(BYTES, "", "Content-Length", "0"));
        assertThat(files.downloadTo("x", directory.resolve("f")).block(LIMIT)).isZero();
        assertThat(Files.size(directory.resolve("f"))).isZero();
    }

    @Test
    void aBrokenDownloadBeginsAgainWhereItsVersionIsWeak() throws IOException {
        server.then(
                cut(BYTES, "longer old", "Content-Length", "20", "ETag", "W/\"1\""),
                reset(),
                text(BYTES, "short", "ETag", "W/\"2\""));
        assertThat(files.downloadTo("x", directory.resolve("f")).block(LIMIT)).isEqualTo(5);
        assertThat(Files.readString(directory.resolve("f"))).isEqualTo("short");
        assertThat(names()).containsExactly("f");
        assertThat(server.last().header("Range")).isNull();
    }

    @Test
    void aBrokenDownloadIsGoneOnWithWhereItsVersionIsStrong() {
        server.then(
                cut(BYTES, "0123", "Content-Length", "10", "ETag", "\"1\""),
                partial("bytes 4-9/10", "456789", "\"1\""));
        assertThat(files.readText("x", 100).block(LIMIT)).isEqualTo("0123456789");
        assertThat(server.last().header("Range")).isEqualTo("bytes=4-");
        assertThat(server.last().header("If-Range")).isEqualTo("\"1\"");
    }

    /** Of three attempts each piece makes three again. */
    @Test
    void aDownloadThatBreaksAgainAndAgainEndsAsLongAsItGetsOn() {
        server.then(cut(BYTES, "0", "Content-Length", "9", "ETag", "\"1\""));
        for (int i = 1; i < 8; i++) {
            String digit = String.valueOf(i);
            server.then(reset(), (request, response) -> {
                response.status(206).header("ETag", "\"1\"");
                return cut(BYTES, digit, "Content-Length", "9", "Content-Range", "bytes " + digit + "-8/9")
                        .answer(request, response);
            });
        }
        server.then(partial("bytes 8-8/9", "8", "\"1\""));
        assertThat(files.readText("x", 100).block(LIMIT)).isEqualTo("012345678");
    }

    @Test
    void anotherPartThanTheOneAskedForIsRefused() {
        server.then(
                cut(BYTES, "0123", "Content-Length", "10", "ETag", "\"1\""),
                partial("bytes 0-5/10", "012345", "\"1\""));
        assertThat(catchThrowableOfType(
                        SandboxTransportException.Malformed.class,
                        () -> files.read("x", 100).block(LIMIT)))
                .hasMessageContaining("another part");
    }

    @Test
    void aFileThatHasChangedMeanwhileFailsTheDownloadOfItsBytes() {
        server.then(
                cut(BYTES, "0123", "Content-Length", "10", "ETag", "\"1\""),
                text(BYTES, "another one", "ETag", "\"2\""));
        assertThat(catchThrowableOfType(
                        SandboxClientException.class, () -> files.read("x", 100).block(LIMIT)))
                .hasMessageContaining("may have changed");
    }

    @Test
    void aFileOfAWeakVersionFailsWhenItBreaks() {
        server.then(cut(BYTES, "0123", "Content-Length", "10", "ETag", "W/\"1\""), text(BYTES, "0123456789"));
        assertThat(catchThrowableOfType(
                        SandboxTransportException.Broken.class,
                        () -> files.read("x", 100).block(LIMIT)))
                .isNotNull();
        assertThat(server.asked).hasSize(1);
    }

    private static ScriptedServer.Step partial(String range, String body, String version) {
        return (request, response) -> {
            response.status(206).header("Content-Range", range).header("ETag", version);
            return response.sendString(Mono.just(body));
        };
    }

    @Test
    void aRefusedDownloadLeavesNothing() {
        server.then(error(404));
        assertThat(catchThrowableOfType(
                        SandboxApiException.class,
                        () -> files.downloadTo("x", directory.resolve("f")).block(LIMIT)))
                .isNotNull();
        assertThat(names()).isEmpty();
    }

    @Test
    void aCancelledDownloadLeavesNothing() {
        server.then(hang(BYTES, "0123", "Content-Length", "10"));
        Disposable download = files.downloadTo("x", directory.resolve("f")).subscribe();
        await().until(() -> names().size() == 1 && Files.size(directory.resolve(names().get(0))) == 4);
        assertThat(names().get(0)).startsWith(".f.").endsWith(".part");
        download.dispose();
        await().untilAsserted(() -> assertThat(names()).isEmpty());
        await().until(() -> server.closed.get() == 1);
    }

    @Test
    void cancelledAtAnyMomentADownloadLeavesTheWholeFileOrNothing() throws IOException {
        for (int i = 0; i < 60; i++) {
            server.then(text(BYTES, "0123456789"));
            AtomicInteger ended = new AtomicInteger();
            Disposable download = files.downloadTo("x", directory.resolve("f"))
                    .doFinally(signal -> ended.incrementAndGet())
                    .subscribe();
            long until = System.nanoTime() + i * 200_000L;
            while (System.nanoTime() < until) Thread.onSpinWait();
            download.dispose();
            await().untilAsserted(() -> assertThat(names()).isSubsetOf("f"));
            if (Files.deleteIfExists(directory.resolve("f"))) assertThat(ended).hasValue(1);
        }
    }

    @Test
    void aTargetThatCantBeWrittenIsTheErrorsReason() {
        server.then(text(BYTES, "0123456789"));
        assertThat(catchThrowableOfType(
                        UncheckedIOException.class,
                        () -> files.downloadTo("x", directory.resolve("none/f")).block(LIMIT)))
                .isNotNull();
    }

    @Test
    void moreThanTheLimitIsNotRead() {
        server.then(text(BYTES, "0123456789"));
        assertThat(catchThrowableOfType(
                        SandboxTransportException.Malformed.class,
                        () -> files.read("x", 9).block(LIMIT)))
                .hasMessageContaining("more than 9 bytes");
    }

    @Test
    void packedBytesAreRefusedSinceNobodyAskedForThem() {
        server.then(text(BYTES, "xx", "Content-Encoding", "gzip"));
        assertThat(catchThrowableOfType(
                        SandboxTransportException.Malformed.class,
                        () -> files.read("x", 9).block(LIMIT)))
                .isNotNull();
        assertThat(server.last().header("Accept-Encoding")).isEqualTo("identity");
    }

    @Test
    void anUploadIsStreamedAndItsBuffersAreReleased() {
        server.then(json(200, WRITTEN));
        NettyDataBufferFactory pooled = new NettyDataBufferFactory(PooledByteBufAllocator.DEFAULT);
        Flux<DataBuffer> content =
                Flux.range(0, 1000).map(i -> pooled.allocateBuffer(4).write("abcd", UTF_8));
        assertThat(files.upload("x", content).block(LIMIT)).isEqualTo("/home/user/x");
        assertThat(server.last().body()).hasSize(4000);
        assertThat(server.last().header("Content-Type")).isEqualTo(BYTES);
    }

    @Test
    void anUploadOfWhichSomethingWasTakenIsNotRepeated() {
        AtomicInteger subscribed = new AtomicInteger();
        Flux<DataBuffer> content = Flux.just(buffer("a")).doOnSubscribe(subscription -> subscribed.incrementAndGet());
        server.then(error(503), json(200, WRITTEN));
        assertThat(catchThrowableOfType(
                        SandboxApiException.class,
                        () -> files.upload("x", content).block(LIMIT)))
                .isNotNull();
        assertThat(subscribed).hasValue(1);
    }

    @Test
    void anUploadOfWhichNothingWasTakenIsRepeated() {
        AtomicInteger subscribed = new AtomicInteger();
        Flux<DataBuffer> content =
                Flux.defer(() -> subscribed.incrementAndGet() == 1 ? Flux.<DataBuffer>never() : Flux.just(buffer("a")));
        ScriptedServer.Unread early = (request, response) -> error(503).answer(request, response);
        server.then(early, json(200, WRITTEN));
        assertThat(files.upload("x", content).block(LIMIT)).isEqualTo("/home/user/x");
        assertThat(subscribed).hasValue(2);
    }

    @Test
    void bytesInMemoryAreWrittenAgainWhereNobodyKnowsWhetherTheyArrived() {
        server.then(reset(), error(502), json(200, WRITTEN));
        assertThat(files.write("x", "text").block(LIMIT)).isEqualTo("/home/user/x");
        assertThat(server.asked).hasSize(3).allMatch(each -> each.body().equals("text"));
    }

    @Test
    void aSourceThatFailsFailsTheUpload() {
        server.then(ScriptedServer.stall());
        Flux<DataBuffer> content = Flux.concat(Flux.just(buffer("a")), Flux.error(new IllegalStateException("mine")));
        assertThat(catchThrowableOfType(
                        Exception.class, () -> files.upload("x", content).block(LIMIT)))
                .hasStackTraceContaining("mine");
    }

    @Test
    void aDownloadIsComparedWithTheDigestThatComesBehindIt() {
        server.then(digested("content", Sha256.of("content".getBytes(UTF_8))));
        assertThat(files.readText("x", 100).block(LIMIT)).isEqualTo("content");
        assertThat(server.last().header("Want-Content-Digest")).isEqualTo("sha-256=10");
    }

    @Test
    void aDownloadWithAnotherDigestFailsAndNothingIsReplaced() throws IOException {
        Path target = Files.writeString(directory.resolve("f"), "old");
        server.then(digested("damaged", Sha256.of("content".getBytes(UTF_8))));
        assertThat(catchThrowableOfType(
                        SandboxTransportException.Malformed.class,
                        () -> files.downloadTo("x", target).block(LIMIT)))
                .hasMessageContaining("digest");
        assertThat(Files.readString(target)).isEqualTo("old");
        assertThat(names()).containsExactly("f");
    }

    @Test
    void aDigestThatWasPromisedAndDoesNotComeFailsTheDownload() {
        server.then(digested("content", ""), digested("content", "md5=:AAAA:"));
        for (int i = 0; i < 2; i++) {
            assertThat(catchThrowableOfType(
                            SandboxTransportException.Malformed.class,
                            () -> files.read("x", 100).block(LIMIT)))
                    .hasMessageContaining("digest");
        }
    }

    private static ScriptedServer.Step digested(String body, String digest) {
        return (request, response) -> {
            response.status(200).header("Content-Type", BYTES).header("Trailer", "Content-Digest");
            if (!digest.isEmpty()) response.trailerHeaders(trailer -> trailer.set("Content-Digest", digest));
            return response.sendByteArray(
                    Flux.just(body.substring(0, 2), body.substring(2)).map(part -> part.getBytes(UTF_8)));
        };
    }

    @Test
    void whatIsWrittenIsSentWithItsDigestAndComparedWithThatOfTheFile() {
        String digest = Sha256.of("text".getBytes(UTF_8));
        server.then(json(200, written(digest)), json(200, written(digest)), json(200, written(null)));
        assertThat(files.write("x", "text").block(LIMIT)).isEqualTo("/home/user/x");
        assertThat(server.last().header("Content-Digest")).isEqualTo(digest);
        assertThat(server.last().header("Want-Repr-Digest")).isEqualTo("sha-256=10");
        assertThat(files.upload("x", Flux.just(buffer("te"), buffer("xt"))).block(LIMIT))
                .isEqualTo("/home/user/x");
        assertThat(server.last().header("Content-Digest")).isNull();
        assertThat(files.write("x", "text").block(LIMIT)).isEqualTo("/home/user/x");
    }

    @Test
    void anUploadOfWhichOtherBytesArrivedFails() {
        String other = Sha256.of("other".getBytes(UTF_8));
        server.then(json(200, written(other)), json(200, written(other)));
        assertThat(catchThrowableOfType(
                        SandboxTransportException.Malformed.class,
                        () -> files.write("x", "text").block(LIMIT)))
                .hasMessageContaining("digest");
        assertThat(catchThrowableOfType(
                        SandboxTransportException.Malformed.class,
                        () -> files.upload("x", Flux.just(buffer("text"))).block(LIMIT)))
                .hasMessageContaining("digest");
    }

    private static String written(@Nullable String digest) {
        String more = digest == null ? "" : ",\"digest\":\"" + digest + "\"";
        return "[{\"path\":\"/home/user/x\"" + more + "}]";
    }

    @Test
    void aFileOfThisMachineIsSentWithItsLength() throws IOException {
        String content = "0123456789abcdef".repeat(20_000);
        Path source = Files.writeString(directory.resolve("f"), content);
        server.then(json(200, written(Sha256.of(content.getBytes(UTF_8)))));
        assertThat(files.uploadFrom(source, "x").block(LIMIT)).isEqualTo("/home/user/x");
        assertThat(server.last().body()).isEqualTo(content);
        assertThat(server.last().header("Content-Length")).isEqualTo("320000");
    }

    @Test
    void anEmptyFileOfThisMachineIsSentToo() throws IOException {
        server.then(json(200, written(null)));
        Path source = Files.createFile(directory.resolve("f"));
        assertThat(files.uploadFrom(source, "x").block(LIMIT)).isEqualTo("/home/user/x");
        assertThat(server.last().header("Content-Length")).isEqualTo("0");
    }

    @Test
    void aFileOfThisMachineIsSentAgainWhereItIsOpenWhetherItArrived() throws IOException {
        Path source = Files.writeString(directory.resolve("f"), "content");
        server.then(reset(), error(503), json(200, written(null)));
        assertThat(files.uploadFrom(source, "x").block(LIMIT)).isEqualTo("/home/user/x");
        assertThat(server.asked).hasSize(3).allMatch(each -> each.body().equals("content"));
    }

    @Test
    void aFileThatCantBeReadIsToldAndNothingIsSent() {
        assertThat(catchThrowableOfType(
                        UncheckedIOException.class,
                        () -> files.uploadFrom(directory.resolve("missing"), "x")
                                .block(LIMIT)))
                .hasMessageContaining("can't be read");
        assertThat(catchThrowableOfType(
                        UncheckedIOException.class,
                        () -> files.uploadFrom(directory, "x").block(LIMIT)))
                .hasMessageContaining("can't be read");
        assertThat(server.asked).isEmpty();
    }
}
