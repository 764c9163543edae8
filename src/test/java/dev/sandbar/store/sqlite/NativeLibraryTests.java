package dev.sandbar.store.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SQLite's library leaves nothing on the disk, also when a process was killed while it loaded it. */
class NativeLibraryTests {

    @TempDir
    Path directory;

    private Path withLeftovers() throws Exception {
        Path own = Files.createDirectory(directory.resolve("native"));
        Files.writeString(own.resolve("libsqlitejdbc.so"), "of a process that was killed");
        return own;
    }

    @Test
    void aNewProcessRemovesWhatAnotherHasLeftAndWhatItUnpacksItself() throws Exception {
        Path own = withLeftovers();
        try (Child child = new Child(Holder.class, "store", directory.resolve("store.db"))) {
            assertThat(child.line()).isEqualTo("held");
            assertThat(own).doesNotExist();
        }
    }

    @Test
    void leftoversGoAlsoWhereItIsLoadedAlready() throws Exception {
        Path own = withLeftovers();
        NativeLibrary.load(own);
        assertThat(own).doesNotExist();
        NativeLibrary.load(own);
        assertThat(own).doesNotExist();
    }

    @Test
    void whoHasAPlaceOfItsOwnForItKeepsThat() throws Exception {
        Path own = withLeftovers();
        for (String property : new String[] {"org.sqlite.tmpdir", "org.sqlite.lib.path"}) {
            System.setProperty(property, directory.toString());
            try {
                NativeLibrary.load(own);
                assertThat(System.getProperty(property)).isEqualTo(directory.toString());
            } finally {
                System.clearProperty(property);
            }
            assertThat(own).isNotEmptyDirectory();
        }
    }
}
