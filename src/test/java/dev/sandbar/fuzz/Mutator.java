package dev.sandbar.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Damages requests, in their structure or byte by byte; the same seed damages alike. For one thread. */
final class Mutator {

    private static final List<String> METHODS =
            List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "get", "BREW");
    private static final List<String> HEADERS = List.of(
            "Accept",
            "Accept-Charset",
            "Accept-Encoding",
            "Accept-Language",
            "Authorization",
            "Connection",
            "Connect-Protocol-Version",
            "Connect-Timeout-Ms",
            "Content-Encoding",
            "Content-Type",
            "Cookie",
            "E2b-Sandbox-Id",
            "E2b-Sandbox-Port",
            "Expect",
            "Forwarded",
            "Host",
            "Idempotency-Key",
            "If-Match",
            "If-Modified-Since",
            "If-None-Match",
            "If-Range",
            "Keepalive-Ping-Interval",
            "Last-Event-ID",
            "MCP-Protocol-Version",
            "Mcp-Session-Id",
            "Origin",
            "Range",
            "TE",
            "Trailer",
            "Upgrade",
            "X-Access-Token",
            "X-API-Key",
            "X-Forwarded-For",
            "X-Forwarded-Host",
            "X-Metadata-A");
    private static final List<String> WORDS = List.of(
            "",
            " ",
            "x",
            "0",
            "-1",
            "1e9",
            "2147483648",
            "99999999999999999999",
            "null",
            "*",
            "\"",
            "'",
            "=",
            ";",
            ",",
            ",,",
            "/",
            "..",
            "%",
            "%00",
            "%zz",
            "%ff",
            "\u00e4",
            "\u0001",
            "\u007f",
            "a=b;c=\"",
            "application/json",
            "text/event-stream;q=x",
            "Bearer ",
            "Basic !",
            "Basic YTpi",
            "bytes=0-",
            "bytes=-0",
            "bytes=9-1,",
            "gzip",
            "close",
            "Thu, 01 Jan 1970 00:00:00 GMT",
            "a".repeat(3000));
    private static final List<String> VALUES = List.of(
            "null",
            "true",
            "0",
            "-1",
            "1.5",
            "1e400",
            "99999999999999999999",
            "\"\"",
            "\"a\\u0000b\"",
            "\"\\ud800\"",
            "\"../../etc\"",
            "{}",
            "[]",
            "[null]",
            "{\"a\":{}}",
            "\"" + "a".repeat(9000) + "\"",
            "[".repeat(3000),
            "{\"a\":".repeat(2000),
            "\"\u00ff\"",
            "tru",
            "\"x");
    private static final Pattern VALUE = Pattern.compile("\"[^\"]*\"|-?[0-9][0-9.e]*|true|false|null|\\{}|\\[]");

    private final Random random;

    Mutator(long seed) {
        random = new Random(seed);
    }

    /** One to three damages; now and then none. */
    Message damage(Message message) {
        Message damaged = message;
        for (int left = random.nextInt(4); left > 0; left--) damaged = structure(damaged);
        return damaged;
    }

    /** Some bytes of it differ, in the head or everywhere; or none. */
    byte[] tear(Message message) {
        byte[] bytes = message.bytes();
        int scope = random.nextBoolean() ? bytes.length - message.body().length : bytes.length;
        for (int left = 1 + random.nextInt(4); left > 0; left--) bytes = tear(bytes, Math.min(scope, bytes.length));
        return bytes;
    }

    boolean tears() {
        return random.nextInt(4) == 0;
    }

    private Message structure(Message message) {
        return switch (random.nextInt(8)) {
            case 0 -> message.withMethod(any(METHODS));
            case 1 -> message.withTarget(target(message.target()));
            case 2 -> message.withHeader(any(HEADERS) + ": " + any(WORDS)).torn();
            case 3, 4 -> header(message);
            case 5 -> message.body().length == 0 ? message.withBody(any(VALUES).getBytes(ISO_8859_1)) : message;
            default -> message.withBody(body(message.body()));
        };
    }

    private String target(String target) {
        int at = random.nextInt(target.length());
        String odd = any(WORDS).replace(" ", "%20");
        return switch (random.nextInt(5)) {
            case 0 -> target + (target.contains("?") ? "&" : "?") + odd + "=" + odd;
            case 1 -> target + "/" + odd;
            case 2 -> target.replaceFirst("=[^&]*", Matcher.quoteReplacement("=" + odd));
            case 3 -> target.replaceFirst("[^/?]+(?=$|\\?)", Matcher.quoteReplacement(odd));
            default -> "/" + target.substring(1, Math.max(1, at)) + odd + target.substring(at);
        };
    }

    private Message header(Message message) {
        if (message.headers().isEmpty()) return message;
        List<String> headers = new ArrayList<>(message.headers());
        int at = random.nextInt(headers.size());
        String line = headers.get(at);
        switch (random.nextInt(3)) {
            case 0 -> headers.remove(at);
            case 1 -> headers.add(line);
            default -> headers.set(at, line.substring(0, line.indexOf(':') + 1) + " " + any(WORDS));
        }
        return message.withHeaders(headers).torn();
    }

    private byte[] body(byte[] body) {
        String text = new String(body, ISO_8859_1);
        if (body.length == 0) return body;
        return switch (random.nextInt(4)) {
            case 0 -> tear(body, body.length);
            case 1 -> Arrays.copyOf(body, random.nextInt(body.length));
            default -> value(text).getBytes(ISO_8859_1);
        };
    }

    private String value(String text) {
        List<int[]> places = new ArrayList<>();
        for (Matcher matcher = VALUE.matcher(text); matcher.find(); ) {
            places.add(new int[] {matcher.start(), matcher.end()});
        }
        if (places.isEmpty()) return text + any(VALUES);
        int[] place = places.get(random.nextInt(places.size()));
        return text.substring(0, place[0]) + any(VALUES) + text.substring(place[1]);
    }

    private byte[] tear(byte[] bytes, int scope) {
        if (scope == 0) return bytes;
        int from = random.nextInt(scope);
        int to = Math.min(bytes.length, from + 1 + random.nextInt(8));
        byte[] head = Arrays.copyOf(bytes, from);
        byte[] middle = Arrays.copyOfRange(bytes, from, to);
        byte[] tail = Arrays.copyOfRange(bytes, to, bytes.length);
        byte[] noise = new byte[1 + random.nextInt(4)];
        random.nextBytes(noise);
        return switch (random.nextInt(5)) {
            case 0 -> join(head, tail);
            case 1 -> join(head, middle, middle, tail);
            case 2 -> join(head, noise, tail);
            case 3 -> join(head, any(WORDS).getBytes(ISO_8859_1), middle, tail);
            default ->
                join(
                        head,
                        any(List.of("\r\n", "\n", "\r", "\r\n\r\n", "\0", ":", " "))
                                .getBytes(ISO_8859_1),
                        middle,
                        tail);
        };
    }

    private static byte[] join(byte[]... parts) {
        int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        byte[] all = new byte[length];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    <T> T any(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
