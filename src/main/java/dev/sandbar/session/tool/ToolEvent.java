package dev.sandbar.session.tool;

/** What a call of a tool emits: any number of {@link Output} and {@link Progress}, then exactly one {@link End}. */
public sealed interface ToolEvent {

    /** A part of the output as it comes, in order, made readable; never empty. */
    record Output(String text) implements ToolEvent {}

    /** What the call waits for. */
    record Progress(String message) implements ToolEvent {}

    /** The call is over. */
    record End(ToolResult result) implements ToolEvent {}
}
