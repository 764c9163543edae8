package dev.sandbar.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

/** Words about a sandbox that are read and changed while it runs. */
class MetadataRoutesTests {

    private final TestService service = new TestService();
    private final String id = service.create("{\"templateID\":\"base\",\"metadata\":{\"b\":\"2\",\"a\":\"1\"}}");
    private final String path = "/sandboxes/" + id + "/metadata";

    @AfterEach
    void stop() {
        service.close();
    }

    private WebTestClient.ResponseSpec get() {
        return service.control().get().uri(path).exchange();
    }

    private WebTestClient.ResponseSpec patch(String body, String... headers) {
        WebTestClient.RequestBodySpec request = service.control().patch().uri(path);
        for (int i = 0; i < headers.length; i += 2) request = request.header(headers[i], headers[i + 1]);
        return request.contentType(MediaType.APPLICATION_JSON).bodyValue(body).exchange();
    }

    private String tag() {
        return tag(get().expectStatus().isOk());
    }

    private static String tag(WebTestClient.ResponseSpec answer) {
        var headers = answer.expectBody(String.class).returnResult().getResponseHeaders();
        return Objects.requireNonNull(headers.getETag());
    }

    private static String text(WebTestClient.ResponseSpec answer) {
        return Objects.requireNonNull(
                answer.expectBody(String.class).returnResult().getResponseBody());
    }

    @Test
    void wordsAreShownWithATagOfTheirOwn() {
        assertThat(text(get().expectStatus().isOk())).isEqualTo("{\"metadata\":{\"a\":\"1\",\"b\":\"2\"}}");
        String before = tag();
        service.sandboxes
                .setTimeout("one", id, java.time.Duration.ofSeconds(100))
                .block();
        assertThat(tag()).isEqualTo(before).startsWith("\"");
    }

    @Test
    void patchIsMergedAndSeenAtOnceEverywhere() {
        String before = tag();
        String after =
                tag(patch("{\"a\":null,\"b\":\"3\",\"c\":\"4\"}").expectStatus().isNoContent());
        assertThat(after).isNotEqualTo(before).isEqualTo(tag());
        assertThat(text(get())).isEqualTo("{\"metadata\":{\"b\":\"3\",\"c\":\"4\"}}");
        assertThat(text(service.control().get().uri("/sandboxes/" + id).exchange()))
                .contains("\"c\":\"4\"");
        assertThat(text(service.control()
                        .get()
                        .uri("/v2/sandboxes?metadata=c%3D4")
                        .exchange()))
                .contains(id);
        assertThat(text(service.control().get().uri("/sandboxes?metadata=a%3D1").exchange()))
                .isEqualTo("[]");
    }

    @Test
    void patchThatChangesNothingKeepsTheTag() {
        String before = tag();
        assertThat(tag(patch("{\"a\":\"1\",\"x\":null}").expectStatus().isNoContent()))
                .isEqualTo(before);
        assertThat(tag(patch("{}").expectStatus().isNoContent())).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"return=representation", "wait=1, return=representation", "Return=\"representation\";x=1"})
    void whoPrefersItIsShownWhatCameOfIt(String prefer) {
        WebTestClient.ResponseSpec answer = patch("{\"a\":\"9\"}", "Prefer", prefer)
                .expectStatus()
                .isOk()
                .expectHeader()
                .valueEquals("Preference-Applied", "return=representation")
                .expectHeader()
                .exists("ETag");
        assertThat(text(answer)).isEqualTo("{\"metadata\":{\"a\":\"9\",\"b\":\"2\"}}");
    }

    @Test
    void patchOfWhatIsKnownIsMadeAndThatOfAnotherStateIsRefused() {
        String before = tag();
        patch("{\"a\":\"5\"}", "If-Match", "\"other\", " + before)
                .expectStatus()
                .isNoContent();
        String refused =
                text(patch("{\"a\":\"6\"}", "If-Match", before).expectStatus().isEqualTo(412));
        assertThat(refused).contains("\"code\":412").contains("read it again");
        patch("{\"a\":\"6\"}", "If-Match", "W/" + tag()).expectStatus().isEqualTo(412);
        assertThat(text(get())).contains("\"a\":\"5\"");
        patch("{\"a\":\"7\"}", "If-Match", "*").expectStatus().isNoContent();
        patch("{\"a\":\"7\"}", "If-Match", "bare").expectStatus().isBadRequest();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"n\":\"y\",\"a\":1}          | \"a\"",
                "{\"n\":\"y\",\"a\":{}}         | \"a\"",
                "{\"n\":\"y\",\"a\":[\"x\"]}    | \"a\"",
                "{\"n\":\"y\",\"a\":true}       | \"a\"",
                "[]                             | an object",
                "null                           | not null",
                "{                              | well-formed",
            })
    void patchOfAnotherFormIsRefusedAsAWhole(String body, String why) {
        assertThat(text(patch(body).expectStatus().isBadRequest())).contains(why.replace("\"", "\\\""));
        assertThat(text(get())).isEqualTo("{\"metadata\":{\"a\":\"1\",\"b\":\"2\"}}");
    }

    @Test
    void tooMuchIsRefusedAndSaysHowMuchThereMayBe() {
        assertThat(text(patch("{\"a\":\"" + "x".repeat(10_240) + "\"}")
                        .expectStatus()
                        .isBadRequest()))
                .contains("10240");
    }

    @Test
    void anothersOrAnEndedSandboxLooksMissing() {
        for (String method : new String[] {"GET", "PATCH"}) {
            service.anonymous()
                    .method(org.springframework.http.HttpMethod.valueOf(method))
                    .uri(path)
                    .header("X-API-Key", TestService.OTHER_KEY)
                    .contentType(MediaType.APPLICATION_JSON)
                    .bodyValue("{}")
                    .exchange()
                    .expectStatus()
                    .isNotFound();
        }
        service.sandboxes.kill("one", id).block();
        get().expectStatus().isNotFound();
        patch("{}").expectStatus().isNotFound();
    }
}
