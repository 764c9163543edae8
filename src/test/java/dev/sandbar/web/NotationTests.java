package dev.sandbar.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

/** JSON as clients write it: whole numbers in any notation, null where nothing is meant. */
class NotationTests {

    private static final TestService SERVICE = new TestService();
    private static final String ID = SERVICE.sandbox();

    @AfterAll
    static void close() {
        SERVICE.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST|/sandboxes/ID/timeout|{'timeout':N}|60|204",
                "POST|/sandboxes/ID/refreshes|{'duration':N}|60|204",
                "POST|/sandboxes/ID/connect|{'timeout':N}|60|200",
                "POST|/sandboxes/ID/commands|{'cmd':'false','timeout':N}|60|201",
                "POST|/sessions|{'idleTimeout':N,'timeout':N}|600|201",
            })
    void ourRoutesTakeWholeNumbersInAnyNotation(String method, String path, String body, int number, int status) {
        for (String notation : List.of(number + "", number + ".0", number / 10 + "e1", number * 10 + "E-1")) {
            answered(SERVICE.control(), method, path, body.replace("N", notation), status);
        }
        answered(SERVICE.control(), method, path, body.replace("N", number + ".5"), 400);
        answered(SERVICE.control(), method, path, body.replace("N", "\"" + number + "\""), 400);
    }

    @Test
    void connectTakesThemAsStringsToo() {
        for (String depth : List.of("1", "1.0", "1e0", "\"1\"", "\"1.0\"", "\"10e-1\"", "null")) {
            answered(
                    SERVICE.data(ID),
                    "POST",
                    "/filesystem.Filesystem/ListDir",
                    "{'path':'/','depth':" + depth + "}",
                    200);
        }
        for (String depth : List.of("1.5", "\"1.5\"", "\"\"", "\"one\"", "true")) {
            answered(
                    SERVICE.data(ID),
                    "POST",
                    "/filesystem.Filesystem/ListDir",
                    "{'path':'/','depth':" + depth + "}",
                    400);
        }
        for (String signal : List.of("9", "9.0", "9e0", "\"9\"", "\"SIGNAL_SIGKILL\"")) {
            String body = "{'process':{'pid':12345.0},'signal':" + signal + "}";
            answered(SERVICE.data(ID), "POST", "/process.Process/SendSignal", body, 404);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST|/sandboxes/ID/connect|null|200",
                "POST|/sandboxes/ID/connect|{'timeout':null}|200",
                "POST|/sandboxes/ID/refreshes|null|204",
                "POST|/sandboxes/ID/refreshes|{'duration':null}|204",
                "POST|/sandboxes/ID/commands|{'cmd':'false','args':null,'cwd':null,'envs':null,'user':null,'timeout':null,'stdin':null,'pty':null,'onDisconnect':null,'commandID':null}|201",
                "POST|/sessions|null|201",
                "POST|/sessions|{'key':null,'title':null,'templateID':null,'hardware':null,'metadata':null,'envVars':null,'idleTimeout':null,'timeout':null,'source':null}|201",
            })
    void nullIsAsIfItWereNotThere(String method, String path, String body, int status) {
        answered(SERVICE.control(), method, path, body, status);
    }

    @Test
    void nullIsAsIfItWereNotThereInACreation() {
        try (TestService service = new TestService()) {
            String body = "{'templateID':'base','timeout':null,'metadata':null,'envVars':null,'secure':null,"
                    + "'autoPause':null,'autoResume':null,'network':null,'mcp':null,'volumeMounts':null}";
            answered(service.control(), "POST", "/v2/sandboxes", body, 201);
        }
    }

    private static void answered(WebTestClient client, String method, String path, String body, int status) {
        client.method(HttpMethod.valueOf(method))
                .uri(path.replace("ID", ID))
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body.replace('\'', '"'))
                .exchange()
                .expectStatus()
                .value(code -> assertThat(code).as(path + body).isEqualTo(status));
    }
}
