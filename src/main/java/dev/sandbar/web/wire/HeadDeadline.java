package dev.sandbar.web.wire;

import dev.sandbar.web.http.Failure;
import dev.sandbar.web.http.Json;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Ends a connection whose next request doesn't come: the whole head of the first one is awaited for a time from the
 * connection's beginning, that of another one for the same time from its first byte, and that byte for the time that an
 * idle connection may stay. Half a head is answered by 408. While a request is at work nothing is limited here.
 *
 * <p>For one connection, on its event loop. {@link #bytes} goes before the decoder, this behind it.
 */
final class HeadDeadline extends ChannelDuplexHandler {

    /** Pieces of one read; whatever is behind them goes as one, so that a flood of empty lines costs little. */
    private static final int MOST_PIECES = 512;

    private static final Failure LATE = new Failure(408, "The request's head didn't come in time");

    private final ConnectionSettings settings;
    private final Json json;
    private @Nullable ScheduledFuture<?> timer;
    private int open;
    private boolean receiving;
    private boolean kept;
    private boolean begun;
    private boolean decoded;
    private boolean chunked;

    /** Bytes of the body that are still to come, where its length is declared. */
    private long left;

    HeadDeadline(ConnectionSettings settings, Json json) {
        this.settings = settings;
        this.json = json;
    }

    /**
     * Sees bytes before they are a head. The decoder gets a head line by line, and a body by itself: what it makes nothing
     * of is then the beginning of a head, also where it came together with what was before.
     */
    ChannelHandler bytes() {
        return new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext context, Object message) {
                ByteBuf all = (ByteBuf) message;
                boolean rest = false;
                for (int pieces = 1; all.isReadable(); pieces++) {
                    boolean last = pieces == MOST_PIECES || context.isRemoved();
                    int length = last ? all.readableBytes() : piece(all);
                    boolean blank = endsByBlankLine(all, length);
                    decoded = false;
                    context.fireChannelRead(all.readRetainedSlice(length));
                    rest = !decoded || (chunked && !blank);
                }
                all.release();
                if (rest) begin(context.pipeline().context(HeadDeadline.this));
            }
        };
    }

    /** How many bytes the decoder gets next. */
    private int piece(ByteBuf all) {
        int most = all.readableBytes();
        if (receiving) return left > 0 ? (int) Math.min(most, left) : most;
        int end = all.bytesBefore((byte) '\n');
        return end < 0 ? most : end + 1;
    }

    /** Whether this piece ends as a chunked body does. */
    private static boolean endsByBlankLine(ByteBuf all, int length) {
        int end = all.readerIndex() + length;
        if (length < 2 || all.getByte(end - 1) != '\n') return false;
        byte before = all.getByte(end - 2);
        return before == '\n' || (before == '\r' && (length == 2 || all.getByte(end - 3) == '\n'));
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        await(context, settings.head());
    }

    /**
     * Bytes that nothing came of are the beginning of a head, unless they belong to a body. They may come before the last
     * answer is over: its client has all of it when its end is still to be written.
     */
    private void begin(@Nullable ChannelHandlerContext context) {
        if (begun || receiving || context == null) return;
        begun = true;
        if (kept && open == 0) await(context, settings.head());
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        decoded = true;
        if (message instanceof HttpRequest request) {
            open++;
            receiving = true;
            begun = false;
            chunked = HttpUtil.isTransferEncodingChunked(request);
            left = chunked || request.decoderResult().isFailure() ? 0 : HttpUtil.getContentLength(request, 0L);
            stop();
        }
        if (message instanceof HttpContent content) left -= content.content().readableBytes();
        if (message instanceof LastHttpContent) {
            receiving = false;
            rest(context);
        }
        context.fireChannelRead(message);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (Messages.ends(message)) {
            open = Math.max(0, open - 1);
            rest(context);
        }
        var unused = context.write(message, promise);
    }

    private boolean isAtWork() {
        return open > 0 || receiving;
    }

    private void rest(ChannelHandlerContext context) {
        if (isAtWork()) return;
        kept = true;
        await(context, begun ? settings.head() : settings.idle());
    }

    private void await(ChannelHandlerContext context, Duration limit) {
        stop();
        timer = context.executor().schedule(() -> end(context), limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void end(ChannelHandlerContext context) {
        if (begun) {
            context.writeAndFlush(Refusing.answer(context, json, LATE)).addListener(ChannelFutureListener.CLOSE);
        } else {
            var unused = context.close();
        }
    }

    private void stop() {
        if (timer != null) timer.cancel(false);
        timer = null;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        stop();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        stop();
        context.fireChannelInactive();
    }
}
