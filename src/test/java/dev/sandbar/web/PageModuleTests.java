package dev.sandbar.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;
import org.springframework.test.web.reactive.server.EntityExchangeResult;
import org.springframework.test.web.reactive.server.WebTestClient.RequestHeadersSpec;

class PageModuleTests {

    private static final String PATH = "/sandbar.js";

    private final TestService service = new TestService();

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void pagesOfAnyOriginLoadTheModuleWithoutAKey() {
        EntityExchangeResult<String> answer = asked(service.anonymous().get().uri(PATH), 200);

        assertThat(answer.getResponseBody()).contains("export function openSession(");
        HttpHeaders headers = answer.getResponseHeaders();
        assertThat(headers.getFirst(HttpHeaders.CONTENT_TYPE)).startsWith("text/javascript");
        assertThat(headers.getAccessControlAllowOrigin()).isEqualTo("*");
        assertThat(headers.getCacheControl()).contains("max-age=300");
        assertThat(headers.getETag()).matches("\"[0-9a-f]{32}\"");
    }

    @Test
    void whoHasTheModuleAlreadyIsToldSo() {
        String tag = Objects.requireNonNull(asked(service.anonymous().get().uri(PATH), 200)
                .getResponseHeaders()
                .getETag());

        EntityExchangeResult<String> again =
                asked(service.anonymous().get().uri(PATH).header(HttpHeaders.IF_NONE_MATCH, tag), 304);
        assertThat(again.getResponseBody()).isNullOrEmpty();
        assertThat(again.getResponseHeaders().getAccessControlAllowOrigin()).isEqualTo("*");
        asked(service.anonymous().get().uri(PATH).header(HttpHeaders.IF_NONE_MATCH, "\"other\""), 200);
    }

    @Test
    void theModuleIsOnlyRead() {
        asked(service.control().post().uri(PATH), 405);
    }

    private static EntityExchangeResult<String> asked(RequestHeadersSpec<?> request, int status) {
        return request.exchange()
                .expectStatus()
                .isEqualTo(status)
                .expectBody(String.class)
                .returnResult();
    }
}
