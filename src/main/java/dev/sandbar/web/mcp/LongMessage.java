package dev.sandbar.web.mcp;

import dev.sandbar.session.tool.ToolResult;
import dev.sandbar.session.tool.Tools;
import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.Bodies;
import dev.sandbar.web.http.Json;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.web.reactive.function.BodyExtractors;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/**
 * A message that is too long to be taken, or may be: of the bytes of one that is too long only those are kept that say which
 * request it is, so that it can be answered.
 */
final class LongMessage {

    private static final long LONGEST = 256L << 20;
    private static final int LONGEST_MEMBER = 300;

    private final Json json;
    private final ByteArrayOutputStream member = new ByteArrayOutputStream();
    private ByteArrayOutputStream whole = new ByteArrayOutputStream();
    private boolean tooLong;
    private long bytes;
    private int depth;
    private boolean inString;
    private boolean escaped;
    private @Nullable JsonNode id;
    private String method = "";

    private LongMessage(Json json, boolean tooLong) {
        this.json = json;
        this.tooLong = tooLong;
    }

    /** Whether the request's body isn't known to be as short as bodies are to be, nor long beyond all measure. */
    static boolean maybeOne(ServerRequest request, Json json) {
        long length = request.headers().contentLength().orElse(LONGEST);
        return length > json.limit() && length <= LONGEST;
    }

    /** Reads all of it; {@link ApiException} 413 where it is so long that not even that is done. Lazy. */
    static Mono<LongMessage> read(ServerRequest request, Json json) {
        boolean known = request.headers().contentLength().isPresent();
        Flux<DataBuffer> body =
                known ? request.body(BodyExtractors.toDataBuffers()) : Bodies.beginning(request, json.limit());
        return body.reduceWith(() -> new LongMessage(json, known), LongMessage::take);
    }

    private LongMessage take(DataBuffer buffer) {
        try {
            bytes += buffer.readableByteCount();
            if (bytes > LONGEST) throw refusal();
            tooLong |= bytes > json.limit();
            if (tooLong) whole = new ByteArrayOutputStream();
            while (buffer.readableByteCount() > 0) {
                byte next = buffer.read();
                if (!tooLong) whole.write(next);
                take(next);
            }
            return this;
        } finally {
            DataBufferUtils.release(buffer);
        }
    }

    boolean isTooLong() {
        return tooLong;
    }

    /** All of it, where it isn't too long. */
    byte[] whole() {
        return whole.toByteArray();
    }

    private void take(byte b) {
        if (inString) inString(b);
        else if (b == '{' || b == '[') depth++;
        else if (b == '}' || b == ']') close();
        else if (b == ',' && depth == 1) endMember();
        else keep(b);
    }

    private void inString(byte b) {
        keep(b);
        boolean last = b == '"' && !escaped;
        escaped = b == '\\' && !escaped;
        if (last) inString = false;
    }

    private void close() {
        if (depth == 1) endMember();
        depth--;
    }

    private void keep(byte b) {
        if (b == '"') inString = true;
        if (depth == 1 && member.size() < LONGEST_MEMBER) member.write(b);
    }

    private void endMember() {
        String text = member.toString(StandardCharsets.UTF_8);
        member.reset();
        JsonNode read = read(text.strip());
        if (read == null) return;
        JsonNode value = read.path("id");
        if (Message.isId(value)) id = value;
        method = read.path("method").asString(method);
    }

    private @Nullable JsonNode read(String text) {
        if (!text.startsWith("\"id\"") && !text.startsWith("\"method\"")) return null;
        try {
            return json.parse(("{" + text + "}").getBytes(StandardCharsets.UTF_8), JsonNode.class);
        } catch (ApiException malformed) {
            return null;
        }
    }

    /** Of its request; null where it has none. */
    @Nullable JsonNode id() {
        return id;
    }

    boolean isCall() {
        return method.equals("tools/call");
    }

    String words() {
        return "The message has " + bytes + " bytes, and at most " + json.limit() + " are taken, so nothing was done";
    }

    ApiException refusal() {
        return new ApiException(413, words());
    }

    ToolResult result() {
        return ToolResult.failed(words() + ". " + Tools.IN_PARTS);
    }
}
