package dev.sandbar.store.sqlite;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sqlite.SQLiteJDBCLoader;

/**
 * Loads SQLite. Its driver unpacks the library into a file and would leave that behind when the process is killed: here it
 * goes into a directory of ours, and goes away as soon as it is loaded.
 */
final class NativeLibrary {

    private static final String DIRECTORY = "org.sqlite.tmpdir";
    private static final String OWN_LIBRARY = "org.sqlite.lib.path";

    private NativeLibrary() {}

    /** Does nothing where it is loaded; where the process has its own way to load it, that is taken. */
    static synchronized void load(Path directory) throws Exception {
        if (System.getProperty(DIRECTORY) != null || System.getProperty(OWN_LIBRARY) != null) {
            SQLiteJDBCLoader.initialize();
            return;
        }
        remove(directory); // of a process that was killed while it loaded
        Files.createDirectory(directory);
        System.setProperty(DIRECTORY, directory.toString());
        try {
            SQLiteJDBCLoader.initialize();
        } finally {
            System.clearProperty(DIRECTORY);
            remove(directory);
        }
    }

    private static void remove(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) return;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
