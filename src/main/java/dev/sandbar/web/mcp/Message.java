package dev.sandbar.web.mcp;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * A message of a client.
 *
 * @param id a string or a whole number; null of what wants no answer
 * @param method empty of an answer, which nobody here has asked for
 * @param params an object, or missing
 */
record Message(@Nullable JsonNode id, String method, JsonNode params) {

    /** {@link RpcException} where it is no message of JSON-RPC 2.0. */
    static Message of(JsonNode node) {
        if (node.isArray()) throw invalid("Batches are not taken here: send one message at a time");
        if (!node.isObject() || !node.path("jsonrpc").asString("").equals("2.0")) {
            throw invalid("A message must be an object with \"jsonrpc\": \"2.0\"");
        }
        JsonNode method = node.get("method");
        JsonNode id = node.get("id");
        if (id != null && !isId(id)) throw invalid("\"id\" must be a string or a whole number");
        JsonNode params =
                node.optional("params").filter(given -> !given.isNull()).orElse(MissingNode.getInstance());
        if (!params.isMissingNode() && !params.isObject()) throw invalid("\"params\" must be an object");
        if (method != null && method.isString()) return new Message(id, method.stringValue(), params);
        if (method == null && (node.has("result") || node.has("error"))) return new Message(null, "", params);
        throw invalid("\"method\" must be a string");
    }

    static boolean isId(JsonNode id) {
        return id.isString() || id.isIntegralNumber();
    }

    private static RpcException invalid(String message) {
        return new RpcException(RpcException.INVALID_REQUEST, message);
    }

    /** A string parameter that must be there. */
    String text(String name) {
        JsonNode value = params.path(name);
        if (value.isString()) return value.stringValue();
        throw new RpcException(RpcException.INVALID_PARAMS, "\"" + name + "\" must be a string");
    }

    /** By which the client wants to hear of progress; null when it doesn't. */
    @Nullable JsonNode progressToken() {
        JsonNode token = params.path("_meta").path("progressToken");
        return isId(token) ? token : null;
    }
}
