package dev.sandbar.web.mcp;

/** A message that can't be served, as JSON-RPC says it. */
final class RpcException extends RuntimeException {

    static final int PARSE = -32700;
    static final int INVALID_REQUEST = -32600;
    static final int NO_METHOD = -32601;
    static final int INVALID_PARAMS = -32602;
    private static final long serialVersionUID = 1L;

    private final int code;

    RpcException(int code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    int code() {
        return code;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
