package dev.sandbar.client;

import dev.sandbar.client.SandboxApiException.Kind;
import dev.sandbar.client.SandboxTransportException.Broken;
import dev.sandbar.client.SandboxTransportException.CantConnect;
import dev.sandbar.client.SandboxTransportException.TimedOut;

/**
 * What is tried again, all of it:
 *
 * <table>
 * <caption>Rules</caption>
 * <tr><th>failure</th><th>safe calls</th><th>others</th></tr>
 * <tr><td>no connection; no token for the moment</td><td>yes</td><td>yes: nothing was sent</td></tr>
 * <tr><td>the connection ended before the end of the answer</td><td>yes</td><td>no</td></tr>
 * <tr><td>no answer within the response time-out, or it stopped coming</td><td>yes</td><td>no</td></tr>
 * <tr><td>429, 502, 503, 504</td><td>yes</td><td>no</td></tr>
 * <tr><td>502 for a sandbox that is gone; any other refusal; an answer that can't be used</td><td>no</td><td>no</td></tr>
 * </table>
 *
 * <p>Safe are reads, and changes that do the same when they are sent twice. A body that was begun to be sent, and that can
 * be had once only, makes any call unsafe.
 */
final class RetryRules {

    private RetryRules() {}

    static boolean allow(Call call, Throwable failure) {
        if (!call.body().repeatable().getAsBoolean()) return false;
        if (failure instanceof Unsent unsent) return isPassing(reason(Unsent.unwrap(unsent)));
        return failure instanceof CantConnect || (call.safe() && isPassing(failure));
    }

    /** Of a failure that a token cache has remembered, the one that it remembers. */
    private static Throwable reason(Throwable failure) {
        Throwable cause = failure.getCause();
        return cause != null && failure.getClass() == SandboxClientException.class ? cause : failure;
    }

    private static boolean isPassing(Throwable failure) {
        if (failure instanceof SandboxApiException refusal) {
            return refusal.kind() == Kind.RATE_LIMITED || refusal.kind() == Kind.UNAVAILABLE;
        }
        return failure instanceof Broken || failure instanceof TimedOut || failure instanceof CantConnect;
    }
}
