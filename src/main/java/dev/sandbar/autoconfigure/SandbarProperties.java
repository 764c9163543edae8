package dev.sandbar.autoconfigure;

import dev.sandbar.sandbox.DiskSettings;
import dev.sandbar.sandbox.SandboxSettings;
import dev.sandbar.token.TokenSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings under {@code sandbar}.
 *
 * @param enabled whether this application is to be a sandbox service
 * @param data the data directory; empty for {@code sandbar} in the user's data home
 * @param store where records and events are kept
 * @param apiKey the API key of the owner {@code default}; empty when there are others, or for a generated one
 * @param apiKeys further API keys, by their owner
 * @param onStop what a normal stop does with the sandboxes
 * @param refuseInternetAccess whether creations that ask for the Internet are refused; else they get a sandbox without
 * @param bodies limits of requests' bodies
 * @param sandboxes limits of sandboxes
 * @param commands limits of commands
 * @param sessions limits of sessions
 * @param mcp the Model Context Protocol
 * @param http connections of the stand-alone service
 * @param events limits of events
 * @param idempotency limits of idempotency keys
 * @param tokens short-lived access tokens
 * @param local the local runtime
 */
@ConfigurationProperties("sandbar")
public record SandbarProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("") String data,
        @DefaultValue("sqlite") StoreKind store,
        @DefaultValue("") String apiKey,
        @DefaultValue Map<String, String> apiKeys,
        @DefaultValue("keep") OnStop onStop,
        @DefaultValue("false") boolean refuseInternetAccess,
        @DefaultValue BodyLimits bodies,
        @DefaultValue SandboxLimits sandboxes,
        @DefaultValue CommandSettings commands,
        @DefaultValue SessionProperties sessions,
        @DefaultValue McpProperties mcp,
        @DefaultValue HttpProperties http,
        @DefaultValue EventLimits events,
        @DefaultValue IdempotencyLimits idempotency,
        @DefaultValue Tokens tokens,
        @DefaultValue Local local) {

    /** Refuses what couldn't be kept by any sandbox of a session. */
    public SandbarProperties {
        if (sessions.lease().compareTo(sandboxes.longest()) > 0) {
            throw new IllegalArgumentException("sandbar.sessions.lease must be at most sandbar.sandboxes.longest, not "
                    + sessions.lease() + " beside " + sandboxes.longest());
        }
    }

    /** Where records and events are kept. */
    public enum StoreKind {
        /** In the file {@code store.db} of the data directory. */
        SQLITE,
        /** In memory: a restart forgets them. */
        MEMORY
    }

    /**
     * Limits of requests' bodies that are read as a whole.
     *
     * @param most how much memory all of those that are under way may take
     * @param mostPerOwner how much of it those of one owner may take
     */
    public record BodyLimits(
            @DefaultValue("64MB") DataSize most,
            @DefaultValue("32MB") DataSize mostPerOwner) {}

    /**
     * Limits of sandboxes.
     *
     * @param most how many may exist at once
     * @param mostPerOwner how many of one owner may exist at once
     * @param longest how far in the future a deadline may lie
     * @param creation after which a creation is given up
     * @param cpus processors of each
     * @param memory memory of each, tmpfs files included
     * @param disk size of the largest file, and of {@code /tmp} up to half of the memory
     * @param processes processes and threads of each
     * @param ended what is remembered of those that have ended
     * @param creations how many are made at once, and how many creations wait for that
     */
    public record SandboxLimits(
            @DefaultValue("1000") int most,
            @DefaultValue("1000") int mostPerOwner,
            @DefaultValue("24h") Duration longest,
            @DefaultValue("15s") Duration creation,
            @DefaultValue("2") int cpus,
            @DefaultValue("512MB") DataSize memory,
            @DefaultValue("1GB") DataSize disk,
            @DefaultValue("256") int processes,
            @DefaultValue Ended ended,
            @DefaultValue Creations creations) {}

    /**
     * Creations of sandboxes, which wait in a line that is fair between owners.
     *
     * @param atOnce how many sandboxes are made at once; 0 for as many as suit this machine's processors
     * @param waiting how many creations may wait for that
     * @param waitingPerOwner the same of one owner
     * @param patience after which one that waits is refused
     */
    public record Creations(
            @DefaultValue("0") int atOnce,
            @DefaultValue("1000") int waiting,
            @DefaultValue("500") int waitingPerOwner,
            @DefaultValue("60s") Duration patience) {

        /** Refuses what {@link SandboxSettings.Creations} refuses, so that it is told as a wrong setting. */
        public Creations {
            var unused = new SandboxSettings.Creations(atOnce, waiting, waitingPerOwner, patience);
        }

        SandboxSettings.Creations settings() {
            return new SandboxSettings.Creations(atOnce, waiting, waitingPerOwner, patience);
        }
    }

    /**
     * What is remembered of sandboxes that have ended: record, events, commands.
     *
     * @param retention for how long
     * @param most of how many, the newest ones
     * @param files how long the files of those are kept that a restart of the machine has ended
     */
    public record Ended(
            @DefaultValue("1h") Duration retention,
            @DefaultValue("1000") int most,
            @DefaultValue("24h") Duration files) {}

    /**
     * Limits of commands.
     *
     * @param perSandbox how many may run at once in one sandbox
     * @param output how much of each one's output is kept in memory at most, and how far it may run ahead of its readers
     * @param allOutput how much memory the output of all commands may take
     * @param outputOnDisk how much of each one's output is kept on disk
     * @param allOutputOnDisk how much disk the output of all commands may take
     * @param readers how many may read one at a time
     * @param readerPatience after which a reader that takes nothing is cut off, so that its command can go on
     * @param retention how long an ended one can still be asked for
     * @param kept how many ended ones of a sandbox can still be asked for
     */
    public record CommandSettings(
            @DefaultValue("256") int perSandbox,
            @DefaultValue("1MB") DataSize output,
            @DefaultValue("256MB") DataSize allOutput,
            @DefaultValue("16MB") DataSize outputOnDisk,
            @DefaultValue("8GB") DataSize allOutputOnDisk,
            @DefaultValue("64") int readers,
            @DefaultValue("30s") Duration readerPatience,
            @DefaultValue("1h") Duration retention,
            @DefaultValue("100") int kept) {}

    /**
     * Limits of events.
     *
     * @param readers how many may follow the events of one sandbox at once
     */
    public record EventLimits(@DefaultValue("1000") int readers) {}

    /**
     * Limits of idempotency keys.
     *
     * @param retention how long one is remembered after its request was answered
     * @param mostPerOwner how many of one owner are remembered
     * @param most how many are remembered
     */
    public record IdempotencyLimits(
            @DefaultValue("24h") Duration retention,
            @DefaultValue("100000") int mostPerOwner,
            @DefaultValue("200000") int most) {}

    /**
     * Short-lived access tokens.
     *
     * @param life from the issue to the expiry of each
     * @param keyAge after which another key signs them
     * @param perSandbox how many new ones a second are issued for one sandbox
     * @param perOwner how many new ones a second are issued for the sandboxes of one owner
     */
    public record Tokens(
            @DefaultValue("30m") Duration life,
            @DefaultValue("30d") Duration keyAge,
            @DefaultValue("50") int perSandbox,
            @DefaultValue("500") int perOwner) {

        /** Refuses what {@link TokenSettings} refuses, so that it is told as a wrong setting. */
        public Tokens {
            var unused = new TokenSettings(life, keyAge, perSandbox, perOwner);
        }

        TokenSettings settings() {
            return new TokenSettings(life, keyAge, perSandbox, perOwner);
        }
    }

    /**
     * The local runtime.
     *
     * @param runDirectory where sandboxes' files lie; empty for the usual place
     * @param disk what is kept free of the file system on which that is
     */
    public record Local(
            @DefaultValue("") String runDirectory,
            @DefaultValue Disk disk) {}

    /**
     * What is kept free of the disk that all sandboxes share, by bytes and by inodes.
     *
     * @param look how often it is looked at
     * @param refuseBelow percent free, below which new files of the owner that grows are refused; 0 for never
     * @param endBelow percent free, below which the sandbox that grows is ended; 0 for never
     * @param enough bytes free with which none of this is done
     * @param enoughInodes inodes free with which none of this is done
     */
    public record Disk(
            @DefaultValue("1s") Duration look,
            @DefaultValue("10") int refuseBelow,
            @DefaultValue("5") int endBelow,
            @DefaultValue("10GB") DataSize enough,
            @DefaultValue("500000") long enoughInodes) {

        /** Refuses what {@link DiskSettings} refuses, so that it is told as a wrong setting. */
        public Disk {
            var unused = new DiskSettings(refuseBelow, endBelow, enough.toBytes(), enoughInodes);
            if (look.toMillis() < 100) throw new IllegalArgumentException("sandbar.local.disk.look is at least 100ms");
        }

        DiskSettings settings() {
            return new DiskSettings(refuseBelow, endBelow, enough.toBytes(), enoughInodes);
        }
    }

    Path dataDirectory() {
        if (!data.isBlank()) {
            return Path.of(data).toAbsolutePath();
        }
        @Nullable String home = System.getenv("XDG_DATA_HOME");
        return home == null || home.isBlank()
                ? Path.of(System.getProperty("user.home"), ".local", "share", "sandbar")
                : Path.of(home, "sandbar");
    }
}
