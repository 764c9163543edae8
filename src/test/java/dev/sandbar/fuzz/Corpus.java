package dev.sandbar.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A valid request for each route, about a sandbox and a session that are there. */
final class Corpus {

    private static final String JSON = "Content-Type: application/json";

    private final List<Message> all = new ArrayList<>();
    private final List<String> owner;
    private final List<String> inside;

    private Corpus(String key, String sandbox, String accessToken) {
        owner = List.of("X-API-Key: " + key);
        inside = List.of("E2b-Sandbox-Id: " + sandbox, "E2b-Sandbox-Port: 49983", "X-Access-Token: " + accessToken);
    }

    static List<Message> of(String key, String sandbox, String accessToken, String session) {
        Corpus corpus = new Corpus(key, sandbox, accessToken);
        corpus.control("/sandboxes/" + sandbox);
        corpus.commands("/sandboxes/" + sandbox + "/commands");
        corpus.sessions("/sessions/" + session);
        corpus.mcp("/sessions/" + session + "/mcp");
        corpus.processes();
        corpus.files();
        return List.copyOf(corpus.all);
    }

    private void ask(String method, String target) {
        all.add(Message.of(method, target, owner, ""));
    }

    private void ask(String method, String target, String body, String... headers) {
        Message message = Message.of(method, target, owner, body).withHeader(JSON);
        for (String header : headers) message = message.withHeader(header);
        all.add(message);
    }

    private void control(String one) {
        for (String target : List.of(
                "/health",
                "/capabilities",
                "/sandbar.js",
                "/sandboxes",
                "/v2/sandboxes?limit=3&state=running&metadata=a%3Db",
                one)) {
            ask("GET", target);
        }
        ask(
                "POST",
                "/sandboxes",
                "{\"templateID\":\"base\",\"timeout\":3,\"metadata\":{\"a\":\"b\"},\"envVars\":{\"A\":\"b\"}}");
        ask(
                "POST",
                "/v2/sandboxes",
                "{\"templateID\":\"base\",\"timeout\":3,\"secure\":true}",
                "Idempotency-Key: again");
        ask("POST", one + "/timeout", "{\"timeout\":60}");
        ask("POST", one + "/refreshes", "{\"duration\":60}");
        ask("POST", one + "/connect", "{\"timeout\":60}");
        ask("POST", "/v2" + one + "/connect", "{\"timeout\":60}");
        ask("GET", one + "/metadata");
        ask("PATCH", one + "/metadata", "{\"a\":\"c\",\"d\":null}", "If-Match: *");
        ask("GET", one + "/metrics?start=1&end=2");
        all.add(Message.of("GET", one + "/events?after=0", owner, "").withHeader("Last-Event-ID: 1"));
        ask("POST", one + "/auth", "");
        ask("DELETE", one + "/auth");
        ask("POST", one + "/pause", "");
        ask("GET", "/templates/base/x");
        ask("DELETE", "/sandboxes/none");
    }

    private void commands(String commands) {
        ask(
                "POST",
                commands,
                "{\"commandID\":\"one\",\"cmd\":\"sh\",\"args\":[\"-c\",\"echo a; cat\"],\"envs\":{\"A\":\"b\"},\"cwd\":\"/\",\"timeout\":2000}");
        ask("POST", commands, "{\"cmd\":\"true\",\"onDisconnect\":\"cancel\"}", "Accept: text/event-stream");
        ask("GET", commands + "?limit=2");
        ask("GET", commands + "/one");
        ask("GET", commands + "/one/output?after=0");
        all.add(Message.of("POST", commands + "/one/input", owner, "some\n")
                .withHeader("Content-Type: application/octet-stream"));
        ask("DELETE", commands + "/one?signal=TERM");
    }

    private void sessions(String one) {
        ask(
                "POST",
                "/sessions",
                "{\"title\":\"t\",\"idleTimeout\":60,\"metadata\":{\"a\":\"b\"}}",
                "Idempotency-Key: again");
        ask("GET", "/sessions?limit=2");
        ask("GET", one);
        ask("PATCH", one, "{\"title\":\"u\"}", "If-Match: *");
        ask("POST", one + "/interrupt", "{}");
        ask("POST", one + "/ticket", "{\"ttl\":60}");
        ask("POST", one + "/sandbox", "{\"hardware\":\"cpu-basic\"}");
        ask("GET", one + "/approvals");
        ask("POST", one + "/approvals/a1", "{\"decision\":\"approve\"}");
        ask("PATCH", one + "/auto-approval", "{\"enabled\":true,\"cap\":\"1.00\"}");
        ask("POST", one + "/sandbox/teardown", "{\"reason\":\"page-hide\"}");
        ask("POST", one + "/tools/bash", "{\"command\":\"echo a\",\"timeout\":2}");
        ask("POST", one + "/tools/read", "{\"path\":\"a\",\"offset\":1,\"limit\":2}", "Accept: text/event-stream");
        ask("POST", one + "/tools/write", "{\"path\":\"a\",\"content\":\"b\"}");
        ask("POST", one + "/tools/edit", "{\"path\":\"a\",\"edits\":[{\"old\":\"b\",\"new\":\"c\"}]}");
        ask("GET", one + "/events?after=0");
        ask("DELETE", "/sessions/none");
    }

    private void mcp(String target) {
        String accept = "Accept: application/json, text/event-stream";
        ask(
                "POST",
                target,
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{},\"clientInfo\":{\"name\":\"a\",\"version\":\"1\"}}}",
                accept);
        ask(
                "POST",
                target,
                "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"tools/list\"}",
                accept,
                "Mcp-Session-Id: a",
                "MCP-Protocol-Version: 2025-06-18");
        ask(
                "POST",
                target,
                "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"tools/call\",\"params\":{\"name\":\"bash\",\"arguments\":{\"command\":\"true\"},\"_meta\":{\"progressToken\":1}}}",
                accept);
        ask(
                "POST",
                target,
                "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":3}}",
                accept);
        ask("DELETE", target);
    }

    private void processes() {
        String process = "/process.Process/";
        stream(
                process + "Start",
                "{\"process\":{\"cmd\":\"sh\",\"args\":[\"-c\",\"echo a\"],\"envs\":{\"A\":\"b\"},\"cwd\":\"/\"},\"tag\":\"t\",\"stdin\":true}");
        stream(process + "Connect", "{\"process\":{\"tag\":\"t\"}}");
        unary(process + "List", "{}");
        unary(process + "SendInput", "{\"process\":{\"tag\":\"t\"},\"input\":{\"stdin\":\"YQ==\"}}");
        unary(process + "CloseStdin", "{\"process\":{\"pid\":7}}");
        unary(process + "SendSignal", "{\"process\":{\"tag\":\"t\"},\"signal\":\"SIGNAL_SIGTERM\"}");
        stream(process + "StreamInput", "{}");
        unary(process + "Update", "{}");
    }

    private void files() {
        String filesystem = "/filesystem.Filesystem/";
        unary(filesystem + "Stat", "{\"path\":\"/home/user/a\"}");
        unary(filesystem + "ListDir", "{\"path\":\"/home/user\",\"depth\":2}");
        unary(filesystem + "MakeDir", "{\"path\":\"/home/user/d/e\"}");
        unary(filesystem + "Move", "{\"source\":\"/home/user/a\",\"destination\":\"/home/user/b\"}");
        unary(filesystem + "Remove", "{\"path\":\"/home/user/b\"}");
        unary(filesystem + "CreateWatcher", "{\"path\":\"/\"}");
        for (String target : List.of("/health", "/envs", "/metrics", "/files?path=/etc/passwd&username=user")) {
            all.add(Message.of("GET", target, inside, ""));
        }
        all.add(Message.of("GET", "/files?path=/etc/passwd", inside, "")
                .withHeader("Range: bytes=1-5")
                .withHeader("If-None-Match: \"a\""));
        all.add(Message.of("GET", "/files?path=a&signature=v1_a&signature_expiration=1", List.of(), ""));
        all.add(Message.of("POST", "/files?path=/home/user/a", inside, "content")
                .withHeader("Content-Type: application/octet-stream")
                .withHeader("X-Metadata-A: b"));
        all.add(Message.of(
                        "POST",
                        "/files?path=/home/user/c",
                        inside,
                        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"c\"\r\n\r\nsome\r\n--b--\r\n")
                .withHeader("Content-Type: multipart/form-data; boundary=b"));
        all.add(Message.of("OPTIONS", "/files?path=a", inside, "")
                .withHeader("Origin: http://x")
                .withHeader("Access-Control-Request-Method: POST"));
    }

    private void unary(String target, String body) {
        all.add(Message.of("POST", target, inside, body).withHeader(JSON).withHeader("Connect-Protocol-Version: 1"));
    }

    private void stream(String target, String json) {
        byte[] body = ByteBuffer.allocate(5 + json.length())
                .put((byte) 0)
                .putInt(json.length())
                .put(json.getBytes(ISO_8859_1))
                .array();
        all.add(Message.of("POST", target, inside, "")
                .withBody(body)
                .withHeader("Content-Type: application/connect+json")
                .withHeader("Connect-Protocol-Version: 1")
                .withHeader("Connect-Timeout-Ms: 2000"));
    }
}
