package dev.sandbar.crash;

import dev.sandbar.crash.CrashClient.Answer;
import dev.sandbar.crash.SandboxClaim.Span;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One client that does this and that until the service is gone, and writes down what was acknowledged. */
final class Load implements Runnable {

    private static final int MOST = 25;
    private static final int LONG = 900;
    private static final Set<Integer> LATER = Set.of(429, 502, 503);

    private final CrashClient client;
    private final Ledger ledger;
    private final Random random = new Random(ThreadLocalRandom.current().nextLong());
    private volatile boolean over;

    Load(CrashClient client, Ledger ledger) {
        this.client = client;
        this.ledger = ledger;
    }

    void stop() {
        over = true;
    }

    @Override
    public void run() {
        try {
            while (!over) step();
        } catch (IOException gone) {
            over = true; // the service was killed: nothing is known about the last step
        }
    }

    private void step() throws IOException {
        SandboxClaim sandbox = ledger.any(random);
        int dice = random.nextInt(100);
        if (sandbox == null || (dice < 15 && ledger.sandboxes.size() < MOST)) create();
        else if (dice < 50) command(sandbox);
        else if (dice < 75) follow(sandbox);
        else if (dice < 85) write(sandbox);
        else if (dice < 95) renew(sandbox);
        else kill(sandbox);
    }

    private void create() throws IOException {
        int timeout = random.nextInt(4) == 0 ? 3 + random.nextInt(6) : LONG;
        Instant before = Instant.now();
        Answer answer = client.create(timeout);
        if (!expected(answer, 201, "create")) return;
        JsonNode made = answer.json();
        String id = made.path("sandboxID").asString("");
        String token = made.path("envdAccessToken").asString("");
        ledger.created.incrementAndGet();
        ledger.sandboxes.put(id, new SandboxClaim(id, token, span(before, timeout)));
    }

    private void command(SandboxClaim sandbox) throws IOException {
        CommandClaim command = new CommandClaim(
                Long.toString(random.nextLong() >>> 1, 36), 1 + random.nextInt(150), random.nextInt(100));
        sandbox.commands.put(command.id, command);
        Answer answer = client.start(sandbox.id, command);
        if (answer.status() == 201) {
            command.acknowledged = true;
            ledger.commands.incrementAndGet();
        } else {
            sandbox.commands.remove(command.id);
            refusal(sandbox, answer, "start of a command");
        }
    }

    private void write(SandboxClaim sandbox) throws IOException {
        String path = "/home/user/f" + Long.toString(random.nextLong() >>> 1, 36);
        String content = Long.toString(random.nextLong(), 36).repeat(1 + random.nextInt(500));
        Answer answer = client.write(sandbox, path, content);
        if (answer.status() == 200) {
            sandbox.files.put(path, content);
            ledger.files.incrementAndGet();
        } else {
            refusal(sandbox, answer, "writing a file");
        }
    }

    private void renew(SandboxClaim sandbox) throws IOException {
        synchronized (sandbox) {
            if (sandbox.mayBeKilled()) return;
            int timeout = random.nextInt(3) == 0 ? 3 + random.nextInt(6) : LONG;
            Instant before = Instant.now();
            sandbox.renewing(new Span(before.plusSeconds(timeout).minusMillis(50), Instant.MAX));
            Answer answer = client.renew(sandbox.id, timeout);
            if (answer.status() == 204) {
                sandbox.renewed(span(before, timeout));
                ledger.renewals.incrementAndGet();
            } else {
                refusal(sandbox, answer, "a renewal");
            }
        }
    }

    private void kill(SandboxClaim sandbox) throws IOException {
        synchronized (sandbox) {
            if (sandbox.mayBeKilled()) return;
            sandbox.killSent();
            Answer answer = client.kill(sandbox.id);
            if (answer.status() == 204) {
                sandbox.killAcknowledged();
                ledger.kills.incrementAndGet();
            } else {
                refusal(sandbox, answer, "a kill");
            }
        }
    }

    /** Reads a command's output for a while, from where it was left. */
    private void follow(SandboxClaim sandbox) throws IOException {
        CommandClaim command = sandbox.commands.values().stream()
                .filter(one -> one.acknowledged && !one.over())
                .findAny()
                .orElse(null);
        if (command == null || !command.reading.compareAndSet(false, true)) return;
        try (Sse stream = client.output(sandbox.id, command.id, command.lastId())) {
            take(command, stream, Instant.now().plus(Duration.ofMillis(random.nextInt(1500))));
        } finally {
            command.reading.set(false);
        }
    }

    private void take(CommandClaim command, Sse stream, Instant until) throws IOException {
        Sse.Event event;
        do {
            try {
                event = stream.next();
            } catch (RuntimeException broken) {
                throw new IOException(broken);
            }
            if (event == null) return; // ended without an end: ask again later
            JsonNode data = JsonMapper.shared().readTree(event.data());
            String wrong = command.take(event.id(), event.type(), data);
            if (wrong != null) ledger.loss(wrong);
        } while (!over && !command.over() && Instant.now().isBefore(until));
    }

    private boolean expected(Answer answer, int status, String what) {
        if (answer.status() == status) return true;
        ledger.refused.incrementAndGet();
        if (!LATER.contains(answer.status())) ledger.loss(what + " was refused: " + answer);
        return false;
    }

    /** A sandbox that is over refuses everything; one that isn't refuses nothing for good. */
    private void refusal(SandboxClaim sandbox, Answer answer, String what) {
        ledger.refused.incrementAndGet();
        boolean over = sandbox.mayBeKilled() || sandbox.mayBeOver(Instant.now());
        if (!over && !LATER.contains(answer.status())) {
            ledger.loss(what + " in " + sandbox.id + " was refused: " + answer);
        }
    }

    private static Span span(Instant before, int timeout) {
        return new Span(
                before.plusSeconds(timeout).minusMillis(50),
                Instant.now().plusSeconds(timeout).plusMillis(50));
    }
}
