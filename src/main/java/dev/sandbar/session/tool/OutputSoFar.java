package dev.sandbar.session.tool;

import org.jspecify.annotations.Nullable;

/** What a call has printed, for its result where it is cut. For one thread at a time. */
public final class OutputSoFar {

    private static final String WHERE = "The full output was not kept";

    private final OutputView view = new OutputView();
    private boolean any;

    /** Takes what has come. */
    public void take(ToolEvent event) {
        if (!(event instanceof ToolEvent.Output output)) return;
        any = true;
        view.take(output.text());
    }

    /** Whether there was output at all. */
    public boolean isThere() {
        return any;
    }

    /** The end of a call that was cut. */
    public ToolEvent cut(String error, @Nullable String cause) {
        return new ToolEvent.End(new ToolResult(false, view.text(WHERE), error, null, cause, view.isTruncated(), null));
    }
}
