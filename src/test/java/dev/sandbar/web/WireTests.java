package dev.sandbar.web;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What only a real connection shows. */
class WireTests {

    private final TestService service = new TestService();
    private final String id = service.sandbox();

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void aKilledSandboxCutsItsStreamsWithoutAnEnd() throws IOException {
        try (Socket socket = connect()) {
            start(socket, "sleep");
            String begun = readUntil(socket.getInputStream(), "\"start\"");
            assertThat(begun).contains("200 OK");
            service.control()
                    .delete()
                    .uri("/sandboxes/" + id)
                    .exchange()
                    .expectStatus()
                    .isNoContent();
            String rest = new String(readAll(socket), US_ASCII);
            assertThat(rest).doesNotContain("error").doesNotContain("\r\n0\r\n\r\n");
        }
        service.data(id).get().uri("/health").exchange().expectStatus().isEqualTo(502);
    }

    @Test
    void aClientThatLeavesTakesOnlyItsReaderAway() throws IOException {
        try (Socket socket = connect()) {
            start(socket, "sleep");
            assertThat(readUntil(socket.getInputStream(), "\"start\"")).contains("200 OK");
        }
        assertThat(service.commands.running(id)).hasSize(1);
        service.data(id)
                .post()
                .uri("/process.Process/SendSignal")
                .header("Content-Type", "application/json")
                .bodyValue("{\"process\":{\"pid\":100},\"signal\":\"SIGNAL_SIGKILL\"}")
                .exchange()
                .expectStatus()
                .isOk();
        Awaitility.await().until(() -> service.commands.running(id).isEmpty());
    }

    @Test
    void aClientThatReadsNothingHoldsTheProcessUp() throws IOException {
        try (Socket socket = connect()) {
            start(socket, "yes");
            assertThat(readUntil(socket.getInputStream(), "\"start\"")).contains("200 OK");
            AtomicLong seen = new AtomicLong(-1);
            Awaitility.await()
                    .pollInterval(Duration.ofMillis(500))
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> seen.getAndSet(written()) == written());
            assertThat(written()).isLessThan(64L * 1024 * 1024);
        }
    }

    private long written() {
        return service.runtime.agent(id).processes.values().stream()
                .mapToLong(process -> process.written.get())
                .sum();
    }

    @Test
    void aHugeBodyIsRefusedBeforeItIsSent() throws IOException {
        try (Socket socket = connect()) {
            send(
                    socket,
                    "POST /sandboxes HTTP/1.1\r\nHost: x\r\nX-API-Key: " + TestService.KEY
                            + "\r\nContent-Type: application/json\r\nContent-Length: 1073741824\r\n\r\n{");
            assertThat(readUntil(socket.getInputStream(), "}"))
                    .contains(" 413 ")
                    .contains("\"code\":413");
        }
    }

    @Test
    void anEndlessBodyIsRefusedAtTheLimit() throws IOException {
        try (Socket socket = connect()) {
            send(
                    socket,
                    "POST /sandboxes HTTP/1.1\r\nHost: x\r\nX-API-Key: " + TestService.KEY
                            + "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < 40; i++) send(socket, "8000\r\n" + " ".repeat(0x8000) + "\r\n");
            assertThat(readUntil(socket.getInputStream(), "}"))
                    .contains(" 413 ")
                    .contains("\"code\":413");
        } catch (SocketException refused) {
            throw new AssertionError("the answer never came", refused);
        }
    }

    @Test
    void aFrameThatClaimsFourGigabytesIsRefusedAtOnce() throws IOException {
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            send(socket, head("Start", 4_000_000));
            out.write(new byte[] {0, (byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff});
            out.flush();
            assertThat(readUntil(socket.getInputStream(), "}}")).contains("invalid_argument");
        }
    }

    @Test
    void oversizedHeadersGetABody() throws IOException {
        try (Socket socket = connect()) {
            send(socket, "GET /health HTTP/1.1\r\nHost: x\r\nX-Long: " + "y".repeat(40_000) + "\r\n\r\n");
            assertThat(readUntil(socket.getInputStream(), "}"))
                    .contains(" 431 ")
                    .contains("\"code\":431");
        }
    }

    @Test
    void aMalformedRequestGetsABody() throws IOException {
        try (Socket socket = connect()) {
            send(socket, "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(readUntil(socket.getInputStream(), "}"))
                    .contains(" 400 ")
                    .contains("\"code\":400");
        }
        try (Socket socket = connect()) {
            send(socket, "GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(readUntil(socket.getInputStream(), "}"))
                    .contains(" 414 ")
                    .contains("\"code\":414");
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private void start(Socket socket, String command) throws IOException {
        byte[] body = Envelopes.pack("{\"process\":{\"cmd\":\"" + command + "\"}}");
        send(socket, head("Start", body.length));
        socket.getOutputStream().write(body);
        socket.getOutputStream().flush();
    }

    private String head(String method, int length) {
        return "POST /process.Process/" + method + " HTTP/1.1\r\nHost: x\r\nE2b-Sandbox-Id: " + id
                + "\r\nE2b-Sandbox-Port: 49983\r\nX-Access-Token: " + service.tokens.of(id)
                + "\r\nContent-Type: application/connect+json\r\nContent-Length: " + length + "\r\n\r\n";
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
        socket.getOutputStream().flush();
    }

    private static String readUntil(InputStream in, String end) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf(end) < 0) {
            int value = in.read();
            if (value < 0) throw new AssertionError("ended after: " + text);
            text.append((char) value);
        }
        return text.toString();
    }

    private static byte[] readAll(Socket socket) throws IOException {
        try {
            return socket.getInputStream().readAllBytes();
        } catch (SocketException reset) {
            return new byte[0];
        }
    }
}
