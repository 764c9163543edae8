package dev.sandbar.web.wire;

import dev.sandbar.web.http.Failure;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.net.ProtocolException;
import org.jspecify.annotations.Nullable;

/** A request whose head can't be accepted, as the cause of its decoder's failure: with the answer to it. */
final class Malformed extends ProtocolException {

    private static final Failure LINE =
            new Failure(414, "The request's first line has more than " + ServerRules.LINE_LIMIT + " bytes");
    private static final Failure HEAD =
            new Failure(431, "The request's headers have more than " + ServerRules.HEAD_LIMIT + " bytes");
    private static final Failure SYNTAX = new Failure(400, "The request is not well-formed HTTP");

    private final transient Failure answer;

    private Malformed(Failure answer) {
        super(answer.message());
        this.answer = answer;
    }

    /** What to answer to a request; null when it is well-formed. */
    static @Nullable Failure answer(HttpRequest request) {
        DecoderResult result = request.decoderResult();
        if (result.isSuccess()) return null;
        if (result.cause() instanceof Malformed malformed) return malformed.answer;
        if (result.cause() instanceof TooLongHttpLineException) return LINE;
        return result.cause() instanceof TooLongHttpHeaderException ? HEAD : SYNTAX;
    }

    /** Marks requests that {@link RequestRules} refuse, so that all that follow know. For one connection. */
    static final class Marks extends ChannelInboundHandlerAdapter {

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof HttpRequest request
                    && request.decoderResult().isSuccess()) {
                Failure refusal = RequestRules.refusal(request);
                if (refusal != null) request.setDecoderResult(DecoderResult.failure(new Malformed(refusal)));
            }
            context.fireChannelRead(message);
        }
    }
}
