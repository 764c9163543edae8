package dev.sandbar.web;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandbar.runtime.FileOwner;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a sandbox changes while it is read is never taken for another answer on the same connection. */
class DeclaredLengthTests {

    private static final TestService SERVICE = new TestService();
    private static final String ID = SERVICE.sandbox();
    private static final String FORGED = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged";
    private static final MemoryAgent AGENT = SERVICE.runtime.agent(ID);

    @AfterAll
    static void stop() {
        SERVICE.close();
    }

    @BeforeEach
    void write() {
        file("/home/user/grows", "0123456789");
        AGENT.appended.put("/home/user/grows", FORGED.getBytes(US_ASCII));
        file("/home/user/shrinks", "x".repeat(100_000));
        AGENT.missing.put("/home/user/shrinks", 40_000);
        file("/home/user/vanishes", "0123456789");
        AGENT.missing.put("/home/user/vanishes", 10);
        file("/home/user/empty", "");
        AGENT.appended.put("/home/user/empty", FORGED.getBytes(US_ASCII));
    }

    @Test
    void whatIsAppendedIsNotReadAsTheNextAnswer() throws IOException {
        try (RawConnection connection = new RawConnection(SERVICE.port())) {
            for (int round = 0; round < 20; round++) {
                connection.send(get("grows"));
                assertThat(connection.head()).contains(" 200 ").containsIgnoringCase("content-length: 10\r\n");
                assertThat(connection.body(10)).isEqualTo("0123456789");
                nextIsItsOwn(connection);
            }
        }
    }

    @Test
    void neitherBehindARangeNorBehindNothing() throws IOException {
        try (RawConnection connection = new RawConnection(SERVICE.port())) {
            connection.send(get("grows") + "Range: bytes=8-");
            assertThat(connection.head()).contains(" 206 ").contains("bytes 8-9/10");
            assertThat(connection.body(2)).isEqualTo("89");
            nextIsItsOwn(connection);
            connection.send(get("grows") + "Range: bytes=2-3");
            assertThat(connection.head()).contains(" 206 ").contains("bytes 2-3/10");
            assertThat(connection.body(2)).isEqualTo("23");
            nextIsItsOwn(connection);
            connection.send(get("empty"));
            assertThat(connection.head()).contains(" 200 ").containsIgnoringCase("content-length: 0\r\n");
            nextIsItsOwn(connection);
        }
    }

    @Test
    void aHeadDeclaresTheSameAndSendsNothing() throws IOException {
        try (RawConnection connection = new RawConnection(SERVICE.port())) {
            for (String name : new String[] {"grows", "shrinks", "vanishes", "empty"}) {
                connection.send(get(name).replace("GET", "HEAD"));
                assertThat(connection.head()).contains(" 200 ").containsIgnoringCase("content-length: ");
                nextIsItsOwn(connection);
            }
        }
    }

    @Test
    void aFileThatBecomesShorterIsCut() throws IOException {
        try (RawConnection connection = new RawConnection(SERVICE.port())) {
            connection.send(get("shrinks"));
            assertThat(connection.head()).containsIgnoringCase("content-length: 100000\r\n");
            assertThatThrownBy(() -> connection.body(100_000)).isInstanceOf(IOException.class);
        }
        try (RawConnection connection = new RawConnection(SERVICE.port())) {
            connection.send(get("shrinks") + "Accept-Encoding: gzip");
            assertThat(connection.head()).containsIgnoringCase("content-encoding: gzip");
            assertThatThrownBy(connection::chunks).isInstanceOf(IOException.class);
        }
    }

    @Test
    void oneThatIsEmptyBeforeAnythingWasSentIsRefused() throws IOException {
        try (RawConnection connection = new RawConnection(SERVICE.port())) {
            connection.send(get("vanishes"));
            assertThat(connection.head()).contains(" 409 ");
        }
    }

    private static void nextIsItsOwn(RawConnection connection) throws IOException {
        connection.send(get("grows").replaceAll("/files\\S+", "/health"));
        assertThat(connection.head()).contains(" 204 ");
    }

    private static void file(String path, String content) {
        AGENT.nodes.put(path, new MemoryAgent.Node(content.getBytes(US_ASCII), false, FileOwner.USER, 0644, Map.of()));
    }

    private static String get(String path) {
        return "GET /files?path=" + path + " HTTP/1.1\nHost: 127.0.0.1\nE2b-Sandbox-Id: " + ID
                + "\nE2b-Sandbox-Port: 49983\nX-Access-Token: " + SERVICE.tokens.of(ID) + "\n";
    }
}
