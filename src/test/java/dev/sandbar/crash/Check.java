package dev.sandbar.crash;

import dev.sandbar.crash.CrashClient.Answer;
import dev.sandbar.crash.SandboxClaim.Span;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Holds a restarted service to what was acknowledged before. */
final class Check {

    private static final Duration GRACE = Duration.ofSeconds(2);

    private final CrashClient client;
    private final Ledger ledger;
    private final Instant started;
    private final List<SandboxClaim> claims;
    private final Set<String> overdue = new HashSet<>();

    /** @param started when the service was ready */
    Check(CrashClient client, Ledger ledger, Instant started) {
        this.client = client;
        this.ledger = ledger;
        this.started = started;
        this.claims = List.copyOf(ledger.sandboxes.values());
    }

    void sandboxes() {
        for (SandboxClaim sandbox : List.copyOf(ledger.sandboxes.values())) {
            try {
                check(sandbox);
            } catch (IOException | RuntimeException unanswered) {
                ledger.loss("a question about " + sandbox.id + " was not answered: " + unanswered + " "
                        + Arrays.stream(unanswered.getStackTrace())
                                .filter(frame -> frame.getClassName().contains("Check"))
                                .toList());
                ledger.sandboxes.remove(sandbox.id);
            }
        }
    }

    /** Looks whether any of those that have processes should have been ended by now. */
    void deadlines(Instant now, Set<String> living) {
        if (now.isBefore(started.plus(GRACE))) return;
        for (SandboxClaim sandbox : claims) {
            if (living.contains(sandbox.id) && sandbox.mustBeOver(now.minus(GRACE)) && overdue.add(sandbox.id)) {
                ledger.loss("processes of " + sandbox.id + " live past its deadline");
            }
        }
    }

    private void check(SandboxClaim sandbox) throws IOException {
        Answer answer = client.get(sandbox.id);
        boolean alive = answer.status() == 200;
        if (!alive && answer.status() != 404) ledger.loss("sandbox " + sandbox.id + ": " + answer);
        if (alive) alive(sandbox, answer.json());
        else gone(sandbox);
    }

    private void alive(SandboxClaim sandbox, JsonNode described) throws IOException {
        Instant deadline = Instant.parse(described.path("endAt").asString(""));
        if (sandbox.killed()) ledger.loss("sandbox " + sandbox.id + " was killed and is there");
        if (!sandbox.mayEndAt(deadline)) ledger.loss("sandbox " + sandbox.id + " has another deadline: " + deadline);
        if (Instant.now().isAfter(later(deadline, started).plus(GRACE))) {
            ledger.loss("sandbox " + sandbox.id + " lives past its deadline " + deadline);
        }
        sandbox.resolve(new Span(deadline, deadline));
        sandbox.alive();
        events(sandbox, false);
        if (deadline.isAfter(Instant.now().plus(GRACE))) content(sandbox);
    }

    private void content(SandboxClaim sandbox) throws IOException {
        for (Map.Entry<String, String> file : sandbox.files.entrySet()) {
            Answer answer = client.read(sandbox, file.getKey());
            if (over(sandbox)) return;
            if (answer.status() != 200 || !answer.body().equals(file.getValue())) {
                ledger.loss("file " + file.getKey() + " of " + sandbox.id + ": " + answer.status());
            }
        }
        for (CommandClaim command : List.copyOf(sandbox.commands.values())) {
            if (over(sandbox)) return;
            command(sandbox, command);
        }
    }

    private static boolean over(SandboxClaim sandbox) {
        return sandbox.mayBeOver(Instant.now());
    }

    /** A start that nobody answered is asked for again: by its id it runs once, whatever became of the first. */
    private void command(SandboxClaim sandbox, CommandClaim command) throws IOException {
        if (!command.acknowledged) {
            Answer again = client.start(sandbox.id, command);
            if (again.status() != 201) ledger.loss("command " + command.id + " could not be asked for again: " + again);
            command.acknowledged = true;
            ledger.commands.incrementAndGet();
        }
        Answer answer = client.command(sandbox.id, command.id);
        if (answer.status() != 200) {
            ledger.loss("command " + command.id + " of " + sandbox.id + ": " + answer);
        } else if (!answer.json().path("state").asString("").equals("running")) {
            finished(sandbox, command);
        }
    }

    private void finished(SandboxClaim sandbox, CommandClaim command) throws IOException {
        follow(sandbox, command);
        if (!command.over()) {
            ledger.loss("command " + command.id + " has ended, its stream has no end");
            return;
        }
        Answer runs = client.read(sandbox, "/home/user/runs-" + command.id);
        if (!over(sandbox) && !runs.body().equals("ran\n")) {
            ledger.loss("command " + command.id + " did not run once: " + runs);
        }
        sandbox.commands.remove(command.id);
    }

    /** Reads on to the end. */
    void follow(SandboxClaim sandbox, CommandClaim command) throws IOException {
        if (command.over()) return;
        try (Sse stream = client.output(sandbox.id, command.id, command.lastId())) {
            for (Sse.@Nullable Event event; !command.over() && (event = stream.next()) != null; ) {
                String wrong = command.take(
                        event.id(), event.type(), JsonMapper.shared().readTree(event.data()));
                if (wrong != null) ledger.loss(wrong);
            }
        }
    }

    private void gone(SandboxClaim sandbox) throws IOException {
        boolean honest = sandbox.killed() || sandbox.mayBeKilled() || sandbox.mayBeOver(Instant.now());
        if (!honest) ledger.loss("sandbox " + sandbox.id + " is gone");
        String cause = events(sandbox, true);
        boolean fits = cause.equals("expired") ? sandbox.mayBeOver(Instant.now()) : cause.equals("killed");
        if (honest && !fits) ledger.loss("sandbox " + sandbox.id + " ended by " + cause);
        for (CommandClaim command : sandbox.commands.values()) {
            if (!command.acknowledged) continue;
            follow(sandbox, command);
            if (!command.over()) ledger.loss("command " + command.id + " of the ended " + sandbox.id + " has no end");
        }
        ledger.sandboxes.remove(sandbox.id);
    }

    /** Reads the events that must be there and compares them with those seen before; the cause where it has ended. */
    private String events(SandboxClaim sandbox, boolean ended) throws IOException {
        List<String> seen = new ArrayList<>();
        int renewals = 0;
        try (Sse stream = client.events(sandbox.id)) {
            while (ended || seen.size() < 2 || renewals < sandbox.renewals()) {
                Sse.Event event = stream.next();
                if (event == null) {
                    ledger.loss("events of " + sandbox.id + " break off: " + seen);
                    return "nothing";
                }
                seen.add(event.data());
                if (event.id() != seen.size()) ledger.loss("events of " + sandbox.id + " skip to " + event.id());
                if (event.type().equals("sandbox.renewed")) renewals++;
                if (event.type().equals("sandbox.ended")) return ended(sandbox, seen);
            }
        }
        if (!sandbox.sawEvents(seen)) ledger.loss("events of " + sandbox.id + " have changed: " + seen);
        return "";
    }

    private String ended(SandboxClaim sandbox, List<String> seen) {
        if (!sandbox.sawEvents(seen)) ledger.loss("events of " + sandbox.id + " have changed: " + seen);
        JsonNode last = JsonMapper.shared().readTree(seen.get(seen.size() - 1));
        return last.path("cause").asString("");
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
