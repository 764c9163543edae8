package dev.sandbar.token;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * The keys that sign and verify, kept in a file. A key is in the file before it signs anything. Thread-safe; file work
 * is done at the opening, and later on a thread of its own.
 */
final class Keys implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Keys.class);
    private static final int WAITING = 8;

    private final SecureRandom random = new SecureRandom();
    private final Scheduler files = Schedulers.newBoundedElastic(1, WAITING, "sandbar-token-keys");
    private final KeyFile file;
    private final Duration age;
    private final Clock clock;
    private volatile KeyRing ring;

    /** Blocking: reads the file, and makes the first key where there is none. */
    Keys(KeyFile file, Duration age, Clock clock) {
        this.file = file;
        this.age = age;
        this.clock = clock;
        this.ring = opened();
    }

    private KeyRing opened() {
        String text = file.read();
        if (!text.isBlank()) return KeyRing.parse(text);
        KeyRing first = KeyRing.of(TokenKey.random(random, clock.instant()));
        file.write(first.text());
        return first;
    }

    KeyRing ring() {
        return ring;
    }

    /** Lets a new key sign where that is due or asked for, and drops those that nobody needs. For a sweeper. */
    Mono<Void> look() {
        return Mono.<Void>fromRunnable(this::renew).subscribeOn(files);
    }

    private void renew() {
        Instant now = clock.instant();
        boolean asked = file.rotationAsked();
        KeyRing old = ring;
        KeyRing next = old.at(now);
        boolean due = asked || !old.newest().since().plus(age).isAfter(now);
        if (due && next.isFull()) log.warn("The keys of access tokens are not renewed: there are {}", KeyRing.MOST);
        else if (due) next = next.with(TokenKey.random(random, now));
        if (!next.equals(old)) replace(old, next);
        if (asked) file.rotationDone();
    }

    private void replace(KeyRing old, KeyRing next) {
        file.write(next.text());
        ring = next;
        if (next.newest().equals(old.newest())) return;
        log.info("Access tokens are signed by {} now; older ones verify on", next.newest());
    }

    @Override
    public void close() {
        files.dispose();
    }
}
