package dev.sandbar.crash;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A sandbox that was acknowledged, and all that was acknowledged about it. */
final class SandboxClaim {

    /** When a deadline may lie: the service's clock is read between request and answer. */
    record Span(Instant from, Instant until) {
        boolean holds(Instant instant) {
            return !instant.isBefore(from) && !instant.isAfter(until);
        }
    }

    final String id;
    final String token;
    final Map<String, String> files = new ConcurrentHashMap<>();
    final Map<String, CommandClaim> commands = new ConcurrentHashMap<>();
    private final List<Span> deadlines = new ArrayList<>();
    private List<String> events = List.of();
    private int renewals;
    private boolean killSent;
    private boolean killed;

    SandboxClaim(String id, String token, Span deadline) {
        this.id = id;
        this.token = token;
        this.deadlines.add(deadline);
    }

    synchronized void renewing(Span wanted) {
        deadlines.add(wanted);
    }

    synchronized void renewed(Span acknowledged) {
        renewals++;
        resolve(acknowledged);
    }

    synchronized void resolve(Span deadline) {
        deadlines.clear();
        deadlines.add(deadline);
    }

    synchronized boolean mayEndAt(Instant deadline) {
        return deadlines.stream().anyMatch(span -> span.holds(deadline));
    }

    /** Whether its deadline may have passed at this moment. */
    synchronized boolean mayBeOver(Instant at) {
        return deadlines.stream().anyMatch(span -> !span.from().isAfter(at));
    }

    /** Whether every deadline that it may have passed long before this moment. */
    synchronized boolean mustBeOver(Instant at) {
        return deadlines.stream().allMatch(span -> span.until().isBefore(at));
    }

    synchronized int renewals() {
        return renewals;
    }

    synchronized void killSent() {
        killSent = true;
    }

    synchronized void killAcknowledged() {
        killed = true;
    }

    synchronized void alive() {
        killSent = false;
    }

    synchronized boolean mayBeKilled() {
        return killSent;
    }

    synchronized boolean killed() {
        return killed;
    }

    /** Keeps what was seen of its events; false when that contradicts what was seen before. */
    synchronized boolean sawEvents(List<String> now) {
        int common = Math.min(events.size(), now.size());
        if (!events.subList(0, common).equals(now.subList(0, common))) return false;
        if (now.size() > events.size()) events = List.copyOf(now);
        return true;
    }
}
