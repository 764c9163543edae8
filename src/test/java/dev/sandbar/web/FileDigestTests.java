package dev.sandbar.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;
import org.springframework.http.client.MultipartBodyBuilder;
import org.springframework.test.web.reactive.server.WebTestClient;

/** Digests by RFC 9530, of what comes and of what goes. */
class FileDigestTests {

    private static final TestService SERVICE = new TestService();
    private static final String ID = SERVICE.sandbox();
    private static final byte[] TEXT = "what is meant".repeat(3000).getBytes(UTF_8);

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Digest", "Repr-Digest"})
    void anUploadThatIsWhatItSaysIsWritten(String field) {
        post("good", TEXT, field, digest("SHA-256", TEXT)).expectStatus().isOk();
        post("good", TEXT, field, "md5=:AAAA:, " + digest("SHA-512", TEXT) + ";q=1")
                .expectStatus()
                .isOk();
        assertThat(content("good")).isEqualTo(TEXT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Digest", "Repr-Digest"})
    void oneThatIsntReplacesNothing(String field) {
        post("kept", TEXT, "X-Nothing", "x").expectStatus().isOk();
        byte[] other = "something else".getBytes(UTF_8);
        for (String wrong :
                new String[] {digest("SHA-256", TEXT), digest("SHA-256", other) + ", " + digest("SHA-512", TEXT)}) {
            post("kept", other, field, wrong)
                    .expectStatus()
                    .isBadRequest()
                    .expectBody(String.class)
                    .value(said -> assertThat(said).contains(field).contains("nothing was written"));
            post("new", other, field, wrong).expectStatus().isBadRequest();
        }
        assertThat(content("kept")).isEqualTo(TEXT);
        assertThat(SERVICE.runtime.agent(ID).nodes).doesNotContainKey("/home/user/new");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "sha-256", "sha-256=abc", "sha-256=:*:", "sha-256=:abc:", "md5=:AAAA:", "sha-256=:AAAA:,"})
    void whatCantBeReadIsRefused(String value) {
        post("unread", TEXT, "Content-Digest", value).expectStatus().isBadRequest();
        assertThat(SERVICE.runtime.agent(ID).nodes).doesNotContainKey("/home/user/unread");
    }

    @Test
    void ofAPackedBodyItIsThatOfThePackedBytes() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(TEXT);
        }
        byte[] bytes = packed.toByteArray();
        packed(bytes, digest("SHA-256", bytes)).expectStatus().isOk();
        assertThat(content("packed")).isEqualTo(TEXT);
        packed(bytes, digest("SHA-256", TEXT)).expectStatus().isBadRequest();
    }

    @Test
    void filesOfAFormHaveTheirsInTheirOwnHeads() {
        byte[] good = {1, 2, 3};
        MultipartBodyBuilder form = new MultipartBodyBuilder();
        form.part("file", good).filename("first").header("Content-Digest", digest("SHA-256", good));
        form.part("file", TEXT).filename("second").header("Content-Digest", digest("SHA-256", good));
        client().post()
                .uri("/files")
                .bodyValue(form.build())
                .exchange()
                .expectStatus()
                .isBadRequest();
        assertThat(content("first")).isEqualTo(good);
        assertThat(SERVICE.runtime.agent(ID).nodes).doesNotContainKey("/home/user/second");
        client().post()
                .uri("/files")
                .header("Content-Digest", digest("SHA-256", good))
                .bodyValue(form.build())
                .exchange()
                .expectStatus()
                .isBadRequest();
    }

    @Test
    void anUploadTellsTheDigestOfWhatWasWritten() {
        post("told", TEXT, "Want-Repr-Digest", "sha-512=3, sha-256=10")
                .expectBody()
                .jsonPath("$[0].digest")
                .isEqualTo(digest("SHA-256", TEXT));
        post("told", TEXT, "Want-Repr-Digest", "md5=10, sha-256=0")
                .expectBody()
                .jsonPath("$[0].digest")
                .doesNotExist();
    }

    @Test
    void aDownloadsDigestFollowsItsBody() throws IOException {
        post("read", TEXT, "X-Nothing", "x").expectStatus().isOk();
        try (RawConnection connection = new RawConnection(SERVICE.port())) {
            for (String field : new String[] {"Repr-Digest", "Content-Digest"}) {
                connection.send(get("read") + "Accept-Encoding: gzip\nWant-" + field + ": sha-512=10, sha-256=1");
                assertThat(connection.head())
                        .containsIgnoringCase("trailer: " + field)
                        .doesNotContainIgnoringCase("content-length")
                        .doesNotContainIgnoringCase("content-encoding");
                String body = connection.chunks();
                assertThat(body).startsWith(new String(TEXT, UTF_8) + "|");
                assertThat(body.substring(TEXT.length + 1))
                        .isEqualToIgnoringCase(field + ": " + digest("SHA-512", TEXT) + "\r\n\r\n");
            }
            post("empty", new byte[0], "X-Nothing", "x").expectStatus().isOk();
            connection.send(get("empty") + "Want-Repr-Digest: sha-256=1");
            assertThat(connection.head()).containsIgnoringCase("trailer: Repr-Digest");
            assertThat(connection.chunks()).startsWith("|").contains(digest("SHA-256", new byte[0]));
            connection.send(get("read") + "Range: bytes=5-8\nWant-Content-Digest: sha-256=1");
            assertThat(connection.head()).contains(" 206 ");
            assertThat(connection.chunks()).startsWith("is m|").contains(digest("SHA-256", "is m".getBytes(UTF_8)));
            connection.send(get("read") + "Range: bytes=5-8\nWant-Repr-Digest: sha-256=1");
            assertThat(connection.head()).containsIgnoringCase("content-length: 4");
            assertThat(connection.body(4)).isEqualTo("is m");
        }
    }

    private static WebTestClient.ResponseSpec packed(byte[] bytes, String digest) {
        return client().post()
                .uri("/files?path=packed")
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .header("Content-Encoding", "gzip")
                .header("Content-Digest", digest)
                .bodyValue(bytes)
                .exchange();
    }

    private static WebTestClient.ResponseSpec post(String path, byte[] bytes, String field, String value) {
        return client().post()
                .uri("/files?path=" + path)
                .contentType(MediaType.APPLICATION_OCTET_STREAM)
                .header(field, value)
                .bodyValue(bytes)
                .exchange();
    }

    private static WebTestClient client() {
        return SERVICE.data(ID);
    }

    private static byte[] content(String name) {
        return Objects.requireNonNull(SERVICE.runtime.agent(ID).nodes.get("/home/user/" + name))
                .bytes();
    }

    private static String digest(String algorithm, byte[] bytes) {
        try {
            byte[] hash = MessageDigest.getInstance(algorithm).digest(bytes);
            return algorithm.toLowerCase(java.util.Locale.ROOT) + "=:"
                    + Base64.getEncoder().encodeToString(hash) + ":";
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }

    private static String get(String path) {
        return "GET /files?path=" + path + " HTTP/1.1\nHost: 127.0.0.1\nE2b-Sandbox-Id: " + ID
                + "\nE2b-Sandbox-Port: 49983\nX-Access-Token: " + SERVICE.tokens.of(ID) + "\n";
    }
}
