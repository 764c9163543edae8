package dev.sandbar.store.file;

import dev.sandbar.store.Journal;
import dev.sandbar.store.Journals;
import dev.sandbar.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Journals in a directory, which must be nobody else's. Files are read and written on threads of their own, of which there
 * are few; where too much waits for them, appends and reads fail with {@link StoreException.Busy}.
 */
public final class FileJournals implements Journals, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(FileJournals.class);
    private static final int QUEUE = 20_000;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,100}");

    /** Large enough for one entry of any size; one for each thread that writes. */
    private static final ThreadLocal<ByteBuffer> BUFFERS =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(Segment.HEAD + Journal.ENTRY_MAX));

    private final Map<String, FileJournal> known = new ConcurrentHashMap<>();
    private final Path directory;
    private final FileJournalSettings settings;
    private final DiskSpace space;
    private final Scheduler disk;
    private volatile boolean closed;

    private FileJournals(Path directory, FileJournalSettings settings) {
        this.directory = directory;
        this.settings = settings;
        this.space = new DiskSpace(settings.all());
        this.disk = Schedulers.newBoundedElastic(settings.threads(), QUEUE, "sandbar-journals", 60, true);
    }

    /** Makes the directory where it is missing, and counts what is in it. Blocks. */
    public static FileJournals open(Path directory, FileJournalSettings settings) throws IOException {
        Files.createDirectories(directory);
        FileJournals journals = new FileJournals(directory, settings);
        try (Stream<Path> files = Files.walk(directory, 2)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                journals.space.found(Files.size(file));
            }
        }
        return journals;
    }

    @Override
    public Journal create(String scope, String name) {
        key(scope, name);
        return new FileJournal(this, directory.resolve(scope), name);
    }

    /** A journal is known from its first file on. */
    void appeared(Path scope, String name, FileJournal journal) {
        known.put(lastName(scope) + "/" + name, journal);
    }

    @Override
    public Mono<Journal> open(String scope, String name) {
        String key = key(scope, name);
        return onDisk(() -> {
            FileJournal there = known.get(key);
            return there != null ? there : load(key, scope, name);
        });
    }

    private synchronized Journal load(String key, String scope, String name) throws IOException {
        FileJournal there = known.get(key);
        if (there != null) return there;
        FileJournal journal = new FileJournal(this, directory.resolve(scope), name);
        journal.load(segments(scope, name));
        known.put(key, journal);
        return journal;
    }

    private List<Segment> segments(String scope, String name) throws IOException {
        List<Segment> found = new ArrayList<>();
        for (Path file : files(scope)) {
            if (nameOf(file).equals(name)) found.add(new Segment(file, firstOf(file)));
        }
        found.sort(Comparator.comparingLong(Segment::first));
        return found;
    }

    @Override
    public Flux<String> scopes() {
        return onDisk(() -> {
                    try (Stream<Path> scopes = Files.list(directory)) {
                        return scopes.map(FileJournals::lastName).sorted().toList();
                    }
                })
                .flatMapIterable(names -> names);
    }

    @Override
    public Flux<String> names(String scope) {
        check(scope);
        return onDisk(() -> files(scope).stream()
                        .map(FileJournals::nameOf)
                        .distinct()
                        .sorted()
                        .toList())
                .flatMapIterable(names -> names);
    }

    @Override
    public Mono<Void> delete(String scope, String name) {
        String key = key(scope, name);
        return onDisk(() -> {
            remove(key, scope, name);
            return null;
        });
    }

    @Override
    public Mono<Void> delete(String scope) {
        check(scope);
        return onDisk(() -> {
            for (String key : known.keySet()) {
                if (key.startsWith(scope + "/")) remove(key, scope, key.substring(scope.length() + 1));
            }
            for (Path file : files(scope)) drop(file);
            Files.deleteIfExists(directory.resolve(scope));
            return null;
        });
    }

    private synchronized void remove(String key, String scope, String name) throws IOException {
        FileJournal there = known.get(key);
        if (there == null) {
            for (Segment segment : segments(scope, name)) drop(segment.file());
            return;
        }
        there.delete();
        known.remove(key);
    }

    private void drop(Path file) throws IOException {
        long size = Files.size(file);
        Files.delete(file);
        space.give(size);
    }

    /** Waits for what is being written; what comes later fails. */
    @Override
    public void close() {
        closed = true;
        for (FileJournal journal : known.values()) {
            try {
                journal.close();
            } catch (IOException ignored) {
                log.debug("A journal could not be closed", ignored);
            }
        }
        disk.dispose();
    }

    /** Bytes on disk that are taken now. */
    public long used() {
        return space.used();
    }

    DiskSpace space() {
        return space;
    }

    long segmentBytes() {
        return settings.segment();
    }

    long journalBytes() {
        return settings.perJournal();
    }

    static ByteBuffer buffer() {
        return BUFFERS.get();
    }

    /** Once begun it isn't interrupted, also when nobody waits any more: an interrupt would close the file. */
    <T> Mono<T> onDisk(Callable<? extends @Nullable T> work) {
        return Mono.create(sink -> {
            try {
                disk.schedule(() -> run(work, sink));
            } catch (RejectedExecutionException refused) {
                sink.error(closed ? closed() : new StoreException.Busy("too much waits for the disk"));
            }
        });
    }

    private <T> void run(Callable<? extends @Nullable T> work, MonoSink<T> sink) {
        try {
            if (closed) throw closed();
            T result = work.call();
            if (result == null) sink.success();
            else sink.success(result);
        } catch (StoreException refusal) {
            sink.error(refusal);
        } catch (Exception failure) {
            sink.error(refusal(failure));
        }
    }

    private static StoreException closed() {
        return new StoreException.Unavailable("the journals are closed", null);
    }

    private static StoreException refusal(Exception failure) {
        String said = said(failure);
        String lower = said.toLowerCase(Locale.ROOT);
        boolean full = lower.contains("no space left") || lower.contains("quota exceeded");
        return full
                ? new StoreException.Full("there is no room for journals: " + said, failure)
                : new StoreException.Unavailable("a journal failed: " + said, failure);
    }

    /** Clients read it: no path. */
    private static String said(Exception failure) {
        String said = failure instanceof FileSystemException ofFile ? ofFile.getReason() : failure.getMessage();
        return said == null || said.contains("/") ? failure.getClass().getSimpleName() : said;
    }

    private List<Path> files(String scope) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve(scope))) {
            return files.filter(file -> lastName(file).indexOf('.') > 0).toList();
        } catch (NoSuchFileException none) {
            return List.of();
        }
    }

    private static String nameOf(Path file) {
        String last = lastName(file);
        return last.substring(0, last.indexOf('.'));
    }

    private static long firstOf(Path file) {
        String last = lastName(file);
        return Long.parseLong(last.substring(last.indexOf('.') + 1));
    }

    private static String lastName(Path path) {
        return String.valueOf(path.getFileName());
    }

    private static String key(String scope, String name) {
        check(scope);
        check(name);
        return scope + "/" + name;
    }

    private static void check(String name) {
        if (!NAME.matcher(name).matches()) throw new IllegalArgumentException("not a journal's name: " + name);
    }
}
