package dev.sandbar.event;

import java.util.List;

/**
 * A part of a stream's history, in order.
 *
 * @param frames events, before them a gap where history is gone
 * @param more whether there may be more behind them
 */
record EventPage(List<SseFrame> frames, boolean more) {}
