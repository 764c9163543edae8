package dev.sandbar.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Objects;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.client.MultipartBodyBuilder;
import org.springframework.test.web.reactive.server.WebTestClient;

class FilesTests {

    private static final TestService SERVICE = new TestService();
    private static final String ID = SERVICE.sandbox();
    private static final byte[] BIG = random(3_000_000);

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    @Test
    void bytesGoInAndComeOutUnchanged() {
        put("big.bin", BIG)
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$[0].path")
                .isEqualTo("/home/user/big.bin");
        assertThat(read("big.bin")).isEqualTo(BIG);
        get("big.bin").expectHeader().contentLength(BIG.length);
    }

    @Test
    void anEmptyFileHasALengthOfZero() {
        put("empty", new byte[0]).expectStatus().isOk();
        get("empty").expectStatus().isOk().expectHeader().contentLength(0);
    }

    @Test
    void whatAClientHasAlreadyIsNotSentAgain() {
        put("kept", "0123456789".getBytes(StandardCharsets.UTF_8))
                .expectStatus()
                .isOk();
        HttpHeaders first =
                get("kept").expectStatus().isOk().returnResult(byte[].class).getResponseHeaders();
        String tag = Objects.requireNonNull(first.getETag());
        String modified = Objects.requireNonNull(first.getFirst("Last-Modified"));
        for (String known : new String[] {tag, "\"x\", " + tag, tag.substring(2), "*"}) {
            get("kept", "If-None-Match", known)
                    .expectStatus()
                    .isNotModified()
                    .expectHeader()
                    .valueEquals("ETag", tag)
                    .expectBody()
                    .isEmpty();
        }
        get("kept", "If-Modified-Since", modified).expectStatus().isNotModified();
        get("kept", "If-Modified-Since", "Mon, 01 Jan 2024 00:00:00 GMT")
                .expectStatus()
                .isOk();
        get("kept", "If-Modified-Since", "yesterday").expectStatus().isOk();
        get("kept", "If-None-Match", "\"other\"").expectStatus().isOk();
        get("kept", "If-None-Match", "\"unfinished, W/").expectStatus().isOk();
        get("gone", "If-None-Match", "*").expectStatus().isNotFound();
        put("kept", "01234567890".getBytes(StandardCharsets.UTF_8))
                .expectStatus()
                .isOk();
        get("kept", "If-None-Match", tag)
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .isEqualTo("01234567890");
    }

    @Test
    void aPartIsNotJoinedToOneOfAnotherVersion() {
        put("joined", "0123456789".getBytes(StandardCharsets.UTF_8))
                .expectStatus()
                .isOk();
        client().get()
                .uri("/files?path=joined")
                .header("Range", "bytes=2-4")
                .header("If-Range", "\"old\"")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .isEqualTo("0123456789");
    }

    private static WebTestClient.ResponseSpec get(String path, String header, String value) {
        return client().get().uri("/files?path=" + path).header(header, value).exchange();
    }

    @Test
    void aRangeIsAPart() {
        put("ranged", "0123456789".getBytes(StandardCharsets.UTF_8))
                .expectStatus()
                .isOk();
        client().get()
                .uri("/files?path=ranged")
                .header("Range", "bytes=2-4")
                .exchange()
                .expectStatus()
                .isEqualTo(206)
                .expectHeader()
                .valueEquals("Content-Range", "bytes 2-4/10")
                .expectBody(String.class)
                .isEqualTo("234");
        client().get()
                .uri("/files?path=ranged")
                .header("Range", "bytes=20-")
                .exchange()
                .expectStatus()
                .isEqualTo(416);
    }

    @Test
    void gzipWorksBothWays() throws IOException {
        byte[] plain = "a line that repeats\n".repeat(100_000).getBytes(StandardCharsets.UTF_8);
        client().post()
                .uri("/files?path=packed.txt")
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .header("Content-Encoding", "gzip")
                .bodyValue(gzip(plain))
                .exchange()
                .expectStatus()
                .isOk();
        assertThat(read("packed.txt")).isEqualTo(plain);
        byte[] packed = client().get()
                .uri("/files?path=packed.txt")
                .header("Accept-Encoding", "gzip, deflate")
                .exchange()
                .expectHeader()
                .valueEquals("Content-Encoding", "gzip")
                .expectBody()
                .returnResult()
                .getResponseBody();
        assertThat(new GZIPInputStream(new ByteArrayInputStream(Objects.requireNonNull(packed))).readAllBytes())
                .isEqualTo(plain);
    }

    @Test
    void brokenGzipIsTheClientsFault() {
        for (byte[] body : new byte[][] {{1, 2, 3}, {}, {0x1f, (byte) 0x8b, 8}}) {
            client().post()
                    .uri("/files?path=broken")
                    .contentType(MediaType.APPLICATION_OCTET_STREAM)
                    .header("Content-Encoding", "gzip")
                    .bodyValue(body)
                    .exchange()
                    .expectStatus()
                    .isBadRequest();
        }
    }

    @Test
    void aFormHoldsManyFilesNamedByTheirPaths() {
        MultipartBodyBuilder form = new MultipartBodyBuilder();
        form.part("file", named("a/one.txt", "one".getBytes(StandardCharsets.UTF_8)));
        form.part("ignored", "x");
        form.part("file", named("/tmp/two.bin", BIG));
        post("/files", form)
                .expectStatus()
                .isOk()
                .expectBody()
                .jsonPath("$[0].path")
                .isEqualTo("/home/user/a/one.txt")
                .jsonPath("$[1].path")
                .isEqualTo("/tmp/two.bin");
        assertThat(read("/tmp/two.bin")).isEqualTo(BIG);
    }

    @Test
    void aFormsFieldWithoutAFileNameIsAFileToo() {
        MultipartBodyBuilder form = new MultipartBodyBuilder();
        form.part("file", "plain field");
        post("/files?path=field.txt", form).expectStatus().isOk();
        assertThat(read("field.txt")).asString().isEqualTo("plain field");
    }

    @Test
    void thePathsOfAFormMustDiffer() {
        MultipartBodyBuilder form = new MultipartBodyBuilder();
        form.part("file", named("same", new byte[] {1}));
        form.part("file", named("./same", new byte[] {2}));
        post("/files", form).expectStatus().isBadRequest();
    }

    @Test
    void wrongPathsAreRefusedInTheWordsThatClientsKnow() {
        get("none")
                .expectStatus()
                .isNotFound()
                .expectBody()
                .jsonPath("$.message")
                .isEqualTo("path '/home/user/none' does not exist");
        get("/tmp").expectStatus().isBadRequest();
        put("/tmp", BIG).expectStatus().isBadRequest();
        get("a%00b").expectStatus().isBadRequest();
        assertThat(read("../../root/../tmp/../home/user/../../etc/x", 404)).contains("path '/etc/x'");
        put("full", new byte[65 * 1024 * 1024]).expectStatus().isEqualTo(507);
        client().post()
                .uri("/files?path=x")
                .contentType(MediaType.TEXT_PLAIN)
                .bodyValue("x")
                .exchange()
                .expectStatus()
                .isEqualTo(415);
    }

    @Test
    void metadataIsKeptAndBounded() {
        client().post()
                .uri("/files?path=marked")
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .header("X-Metadata-Author", "me")
                .bodyValue(new byte[] {1})
                .exchange()
                .expectBody()
                .jsonPath("$[0].metadata.author")
                .isEqualTo("me");
        client().post()
                .uri("/files?path=marked")
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .header("X-Metadata-Author", "x".repeat(5000))
                .bodyValue(new byte[] {1})
                .exchange()
                .expectStatus()
                .isBadRequest();
    }

    @Test
    void aSignedUrlNeedsNoTokenAndNoSandbox() {
        put("signed", "secret".getBytes(StandardCharsets.UTF_8)).expectStatus().isOk();
        String good = signature("signed:read::" + SERVICE.tokens.of(ID));
        signed("/files?path=signed&signature=" + good)
                .expectStatus()
                .isOk()
                .expectBody(String.class)
                .isEqualTo("secret");
        signed("/files?path=other&signature=" + good)
                .expectStatus()
                .isUnauthorized()
                .expectBody()
                .jsonPath("$.message")
                .isEqualTo("invalid signature");
        signed("/files?path=signed")
                .expectStatus()
                .isUnauthorized()
                .expectBody()
                .jsonPath("$.message")
                .isEqualTo("missing signature query parameter");
        String old = signature("signed:read::" + SERVICE.tokens.of(ID) + ":1000");
        signed("/files?path=signed&signature_expiration=1000&signature=" + old)
                .expectStatus()
                .isUnauthorized()
                .expectBody()
                .jsonPath("$.message")
                .isEqualTo("signature is already expired");
    }

    @Test
    void theFileSystemIsDescribedListedAndChanged() {
        call("MakeDir", "{\"path\":\"d/e\"}").expectStatus().isOk();
        call("MakeDir", "{\"path\":\"d/e\"}")
                .expectStatus()
                .isEqualTo(409)
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("already_exists");
        put("d/f.txt", new byte[] {1, 2}).expectStatus().isOk();
        call("Stat", "{\"path\":\"~/d/f.txt\"}")
                .expectBody()
                .jsonPath("$.entry.type")
                .isEqualTo("FILE_TYPE_FILE")
                .jsonPath("$.entry.size")
                .isEqualTo("2")
                .jsonPath("$.entry.permissions")
                .isEqualTo("-rw-r--r--")
                .jsonPath("$.entry.owner")
                .isEqualTo("user");
        call("ListDir", "{\"path\":\"d\",\"depth\":1}")
                .expectBody()
                .jsonPath("$.entries.length()")
                .isEqualTo(2);
        call("Move", "{\"source\":\"d/f.txt\",\"destination\":\"g/h.txt\"}")
                .expectBody()
                .jsonPath("$.entry.path")
                .isEqualTo("/home/user/g/h.txt");
        call("Remove", "{\"path\":\"g\"}").expectStatus().isOk();
        call("Stat", "{\"path\":\"g/h.txt\"}")
                .expectStatus()
                .isNotFound()
                .expectBody()
                .jsonPath("$.code")
                .isEqualTo("not_found");
        call("ListDir", "{\"path\":\"none\"}").expectStatus().isNotFound();
        call("CreateWatcher", "{\"path\":\"d\"}").expectStatus().isEqualTo(501);
    }

    private static WebTestClient client() {
        return SERVICE.data(ID)
                .mutate()
                .codecs(codecs -> codecs.defaultCodecs().maxInMemorySize(16 * 1024 * 1024))
                .build();
    }

    private static WebTestClient.ResponseSpec get(String path) {
        return client().get().uri(uri("/files?path=" + path)).exchange();
    }

    private static WebTestClient.ResponseSpec signed(String pathAndQuery) {
        return SERVICE.anonymous().get().uri(uri(pathAndQuery)).exchange();
    }

    private static URI uri(String pathAndQuery) {
        return URI.create("http://127.0.0.1:" + SERVICE.port() + pathAndQuery);
    }

    private static byte[] read(String path) {
        byte[] body =
                get(path).expectStatus().isOk().expectBody().returnResult().getResponseBody();
        return body == null ? new byte[0] : body;
    }

    private static String read(String path, int status) {
        byte[] body = get(path)
                .expectStatus()
                .isEqualTo(status)
                .expectBody()
                .returnResult()
                .getResponseBody();
        return new String(Objects.requireNonNull(body), StandardCharsets.UTF_8);
    }

    private static WebTestClient.ResponseSpec put(String path, byte[] bytes) {
        return client().post()
                .uri("/files?path=" + path)
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .bodyValue(bytes)
                .exchange();
    }

    private static WebTestClient.ResponseSpec post(String uri, MultipartBodyBuilder form) {
        return client().post().uri(uri).bodyValue(form.build()).exchange();
    }

    private static WebTestClient.ResponseSpec call(String method, String json) {
        return client().post()
                .uri("/filesystem.Filesystem/" + method)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(json)
                .exchange();
    }

    private static ByteArrayResource named(String name, byte[] bytes) {
        return new ByteArrayResource(bytes) {
            @Override
            public String getFilename() {
                return name;
            }
        };
    }

    private static String signature(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "v1_"
                    + Base64.getEncoder().withoutPadding().encodeToString(hash).replace("+", "%2B");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(plain);
        }
        return packed.toByteArray();
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(7).nextBytes(bytes);
        return bytes;
    }
}
