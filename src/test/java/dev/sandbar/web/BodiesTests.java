package dev.sandbar.web;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bodies that never come to their end hold memory of their owner's only. */
class BodiesTests {

    private static final int MIB = 1 << 20;

    private final TestService service =
            new TestService(new WebSettings("test", MIB, 4 * MIB, false, 6L * MIB, 4L * MIB));
    private final String id = service.sandbox();
    private final String command = command();
    private final List<Socket> open = new ArrayList<>();

    @AfterEach
    void end() throws IOException {
        for (Socket socket : open) socket.close();
        service.close();
    }

    /** A request that is sent as far as it is given. */
    private Socket begin(String key, String path, String headers, byte[] body) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.port());
        open.add(socket);
        socket.setSoTimeout(20_000);
        String head = "POST " + path + " HTTP/1.1\r\nHost: x\r\nX-API-Key: " + key
                + "\r\nContent-Type: application/json\r\n" + headers + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(ISO_8859_1));
        socket.getOutputStream().write(body);
        return socket;
    }

    private Socket announce(String key, int bytes) throws IOException {
        return begin(key, input(), "Content-Length: " + bytes, new byte[0]);
    }

    private String input() {
        return "/sandboxes/" + id + "/commands/" + command + "/input";
    }

    private String command() {
        byte[] answer = service.control()
                .post()
                .uri("/sandboxes/" + id + "/commands")
                .header("Content-Type", "application/json")
                .bodyValue("{\"cmd\":\"cat\",\"stdin\":true,\"commandID\":\"reads\"}")
                .exchange()
                .expectStatus()
                .isCreated()
                .expectBody()
                .returnResult()
                .getResponseBody();
        assertThat(answer).isNotNull();
        return "reads";
    }

    private static String answer(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] some = new byte[4096];
        int count = in.read(some);
        return count < 0 ? "" : new String(some, 0, count, ISO_8859_1);
    }

    private String small(String key) throws IOException {
        return answer(begin(key, "/sessions", "Content-Length: 2", "{}".getBytes(ISO_8859_1)));
    }

    @Test
    void anOwnersUnfinishedBodiesAreRefusedByNameAndLeaveTheOthersAlone() throws Exception {
        Socket held = announce(TestService.KEY, 4 * MIB);
        Awaitility.await()
                .untilAsserted(() -> assertThat(small(TestService.KEY))
                        .startsWith("HTTP/1.1 429")
                        .containsIgnoringCase("retry-after: 2")
                        .contains("sandbar.bodies.most-per-owner", Integer.toString(4 * MIB)));
        assertThat(small(TestService.OTHER_KEY)).startsWith("HTTP/1.1 201");
        held.close();
        assertThat(small(TestService.KEY)).startsWith("HTTP/1.1 201");
    }

    @Test
    void whoFindsTheServiceFullIsToldSoAndTheRoomComesBack() throws Exception {
        Socket held = announce(TestService.KEY, 4 * MIB);
        for (int i = 0; i < 2; i++) begin(TestService.OTHER_KEY, "/sessions", "Content-Length: " + MIB, new byte[0]);
        Awaitility.await()
                .untilAsserted(() -> assertThat(small(TestService.OTHER_KEY))
                        .startsWith("HTTP/1.1 503")
                        .containsIgnoringCase("retry-after: 2")
                        .contains("sandbar.bodies.most)", Integer.toString(6 * MIB)));
        Socket waits = begin(TestService.OTHER_KEY, "/sessions", "Content-Length: 2", "{}".getBytes(ISO_8859_1));
        held.close();
        assertThat(answer(waits)).startsWith("HTTP/1.1 201");
    }

    @Test
    void chunksCountAsTheyCome() throws Exception {
        byte[] chunk = new byte[3 * MIB];
        byte[] head = "300000\r\n".getBytes(ISO_8859_1);
        Socket held = begin(TestService.KEY, input(), "Transfer-Encoding: chunked", head);
        held.getOutputStream().write(chunk);
        held.getOutputStream().write("\r\n".getBytes(ISO_8859_1));

        byte[] more = new byte[MIB + 1]; // leaves enough for what is under way
        Awaitility.await()
                .untilAsserted(() -> assertThat(
                                answer(begin(TestService.KEY, input(), "Content-Length: " + more.length, more)))
                        .startsWith("HTTP/1.1 429"));
        held.getOutputStream().write("0\r\n\r\n".getBytes(ISO_8859_1));
        assertThat(answer(held)).startsWith("HTTP/1.1 204");
        Socket whole = begin(TestService.KEY, input(), "Content-Length: " + 4 * MIB, new byte[4 * MIB]);
        assertThat(answer(whole)).startsWith("HTTP/1.1 204");
    }

    @Test
    void whoIsNobodyHasNoBodyReadAndTakesNothing() throws Exception {
        for (int i = 0; i < 10; i++) {
            assertThat(answer(begin("e2b_none", "/sessions", "Content-Length: " + MIB, new byte[0])))
                    .startsWith("HTTP/1.1 401");
        }
        assertThat(small(TestService.KEY)).startsWith("HTTP/1.1 201");
    }

    @Test
    void whatIsRefusedOrDoneIsGivenBack() throws Exception {
        for (int i = 0; i < 20; i++) {
            assertThat(answer(begin(TestService.KEY, input(), "Content-Length: " + MIB, new byte[MIB])))
                    .startsWith("HTTP/1.1 204");
            assertThat(answer(begin(TestService.KEY, "/sessions", "Content-Length: 9", new byte[9])))
                    .startsWith("HTTP/1.1 400");
        }
        Socket whole = begin(TestService.KEY, input(), "Content-Length: " + 4 * MIB, new byte[4 * MIB]);
        assertThat(answer(whole)).startsWith("HTTP/1.1 204");
    }
}
