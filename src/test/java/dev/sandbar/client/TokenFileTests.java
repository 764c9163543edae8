package dev.sandbar.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandbar.gate.Needs;
import dev.sandbar.store.sqlite.Child;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("a.10.7 the file of tokens")
class TokenFileTests {

    private static final long NOW = 1_000_000_000;

    @TempDir
    Path directory;

    private Path path;
    private TokenFile file;

    @BeforeEach
    void inADirectoryThatIsMissing() {
        path = directory.resolve("own/tokens.json");
        file = new TokenFile(path, 100);
    }

    @Test
    void givesBackWhatWasSaved() throws IOException {
        SavedToken token = new SavedToken("t", URI.create("http://gate.example"), NOW, NOW + 1_000, false);
        SavedTokens changes = new SavedTokens();
        changes.put("a", token);
        assertThat(file.update(changes, NOW)).isEqualTo(new TokenFile.Done(true, false));
        assertThat(file.read(NOW).tokens().tokens()).containsOnlyKeys("a").containsValue(token);
        assertThat(file.read(NOW).unclean()).isFalse();
    }

    @Test
    void missingFileIsEmptyAndNothingMakesNone() throws IOException {
        assertThat(file.read(NOW).tokens().tokens()).isEmpty();
        assertThat(file.update(new SavedTokens(), NOW).written()).isFalse();
        assertThat(path).doesNotExist();
    }

    @Test
    @DisplayName("a.5 the file's mode is 0600, from its first byte on, as is the lock's")
    void onlyItsOwnerCanReadIt() throws IOException {
        Files.createDirectories(path.getParent());
        Files.writeString(path, "{\"version\":1,\"sandboxes\":{}}");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
        file.update(tokens("a"), NOW);
        assertThat(mode(path)).isEqualTo("rw-------");
        assertThat(mode(path.resolveSibling("tokens.json.lock"))).isEqualTo("rw-------");
        Path made = directory.resolve("made");
        new TokenFile(made.resolve("tokens.json"), 10).update(tokens("a"), NOW);
        assertThat(mode(made)).isEqualTo("rwx------");
    }

    @Test
    void whatIsFoundOpenToOthersIsClosedByTheFirstLook() throws IOException {
        Path damaged = path.resolveSibling("tokens.json.corrupt");
        for (String content : List.of("{\"version\":1,\"sandboxes\":{}}", "rubbish")) {
            Files.createDirectories(path.getParent());
            Files.writeString(path, content);
            Files.writeString(damaged, "older rubbish with a secret");
            for (Path each : List.of(path, damaged)) {
                Files.setPosixFilePermissions(each, PosixFilePermissions.fromString("rw-rw-r--"));
            }
            assertThat(file.read(NOW).tokens().tokens()).isEmpty();
            assertThat(mode(path)).isEqualTo("rw-------");
            assertThat(mode(damaged)).isEqualTo("rw-------");
        }
    }

    @Test
    void aDamagedFileThatWasOpenIsClosedWhereItIsSetAside() throws IOException {
        Files.createDirectories(path.getParent());
        Files.writeString(path, "rubbish");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-r--r--"));
        file.update(tokens("a"), NOW);
        assertThat(mode(path.resolveSibling("tokens.json.corrupt"))).isEqualTo("rw-------");
        assertThat(mode(path)).isEqualTo("rw-------");
    }

    @Test
    void whatOnlyItsOwnerCouldReadStaysAsItWas() throws IOException {
        file.update(tokens("a"), NOW);
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("r--------"));
        file.read(NOW);
        assertThat(mode(path)).isEqualTo("r--------");
    }

    /** A power failure leaves the old file or the new one: the content is on the disk before its name, and then the name. */
    @Test
    void theContentIsOnTheDiskBeforeItsNameAndThenTheName() throws IOException {
        file.update(tokens("a"), NOW);
        String before = Files.readString(path);
        List<String> synced = new ArrayList<>();
        TokenFile watched = new TokenFile(path, 100, channel -> {
            Path fresh = path.resolveSibling("tokens.json.new");
            synced.add(Files.exists(fresh) ? "content" : "name");
            if (Files.exists(fresh)) {
                assertThat(path).hasContent(before);
                assertThat(Files.readString(fresh)).contains("\"b\"");
                assertThat(channel.size()).isEqualTo(Files.size(fresh));
            } else {
                assertThat(Files.readString(path)).contains("\"b\"");
            }
        });
        watched.update(tokens("b"), NOW);
        assertThat(synced).containsExactly("content", "name");
    }

    @Test
    void whatCantBeSyncedIsNoSavedFile() throws IOException {
        file.update(tokens("a"), NOW);
        TokenFile broken = new TokenFile(path, 100, channel -> {
            throw new IOException("the disk is gone");
        });
        assertThatThrownBy(() -> broken.update(tokens("b"), NOW)).hasMessage("the disk is gone");
        assertThat(file.read(NOW).tokens().tokens()).containsOnlyKeys("a");
        assertThat(path.resolveSibling("tokens.json.new")).doesNotExist();
    }

    @Test
    void sameContentIsNotWrittenAgain() throws IOException {
        file.update(tokens("a"), NOW);
        Object key = Files.readAttributes(path, "unix:ino").get("ino");
        assertThat(file.update(tokens("a"), NOW).written()).isFalse();
        assertThat(file.update(new SavedTokens(), NOW).written()).isFalse();
        assertThat(Files.readAttributes(path, "unix:ino").get("ino")).isEqualTo(key);
    }

    @Test
    void expiredAndUnreadableEntriesAreNamedUncleanAndGoWithTheNextUpdate() throws IOException {
        file.update(tokens("a"), NOW);
        String good = Files.readString(path);
        Files.writeString(path, good.replace("\"sandboxes\":{", "\"sandboxes\":{\"bad\":7,"));
        assertThat(file.read(NOW).unclean()).isTrue();
        assertThat(file.read(NOW).tokens().tokens()).containsOnlyKeys("a");
        assertThat(file.update(new SavedTokens(), NOW).written()).isTrue();
        assertThat(path).hasContent(good);
        assertThat(file.read(NOW + 10_000).unclean()).isTrue();
        assertThat(file.read(NOW + 10_000).tokens().tokens()).isEmpty();
    }

    @Test
    void corruptFileIsSetAsideByTheNextUpdate() throws IOException {
        Files.createDirectories(path.getParent());
        Files.writeString(path, "rubbish");
        assertThat(file.read(NOW).unclean()).isTrue();
        assertThat(file.update(tokens("a"), NOW)).isEqualTo(new TokenFile.Done(true, true));
        assertThat(path.resolveSibling("tokens.json.corrupt")).hasContent("rubbish");
        assertThat(file.read(NOW).tokens().tokens()).containsOnlyKeys("a");
    }

    @Test
    void corruptFileIsSetAsideAlsoWhenNothingComesInItsPlace() throws IOException {
        Files.createDirectories(path.getParent());
        Files.writeString(path, "rubbish");
        assertThat(file.update(new SavedTokens(), NOW)).isEqualTo(new TokenFile.Done(false, true));
        assertThat(path).doesNotExist();
    }

    @Test
    void newerVersionIsLeftAlone() throws IOException {
        Files.createDirectories(path.getParent());
        Files.writeString(path, "{\"version\":2}");
        assertThatThrownBy(() -> file.read(NOW)).isInstanceOf(SavedTokensJson.NewerException.class);
        assertThatThrownBy(() -> file.update(tokens("a"), NOW)).isInstanceOf(SavedTokensJson.NewerException.class);
        assertThat(path).hasContent("{\"version\":2}");
    }

    @Test
    void directoryInItsPlaceIsAnError() throws IOException {
        Files.createDirectories(path.resolve("something"));
        assertThatThrownBy(() -> file.read(NOW)).isInstanceOf(IOException.class).hasMessageContaining("isn't a file");
        assertThatThrownBy(() -> file.update(tokens("a"), NOW)).isInstanceOf(IOException.class);
        assertThat(names()).containsExactlyInAnyOrder("tokens.json", "tokens.json.lock");
    }

    @Test
    @Timeout(10)
    void pipeInItsPlaceIsAnErrorAndNotAWaitForEver() throws Exception {
        Files.createDirectories(path.getParent());
        assertThat(run("mkfifo", path)).isTrue();
        assertThatThrownBy(() -> file.read(NOW)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> file.update(tokens("a"), NOW)).isInstanceOf(IOException.class);
    }

    @Test
    void endlessFileIsCorruptAndNotRead() throws Exception {
        Files.createDirectories(path.getParent());
        assertThat(run("truncate", "-s", "1T", path)).isTrue();
        assertThat(file.update(tokens("a"), NOW).setAside()).isTrue();
        assertThat(file.read(NOW).tokens().tokens()).containsOnlyKeys("a");
    }

    @Test
    void fullDiskLosesNothingOfWhatWasThere() throws Exception {
        Needs.MOUNTS.orSkip(run("mount", "-t", "tmpfs", "-o", "size=64k", "none", directory));
        try {
            file.update(tokens("a"), NOW);
            assertThat(run("dd", "if=/dev/zero", "of=" + directory.resolve("other"), "bs=4096"))
                    .isFalse();
            assertThatThrownBy(() -> file.update(tokens("b"), NOW)).isInstanceOf(IOException.class);
            assertThat(file.read(NOW).tokens().tokens()).containsOnlyKeys("a");
            assertThat(names()).containsExactlyInAnyOrder("tokens.json", "tokens.json.lock");
            Files.delete(directory.resolve("other"));
            file.update(tokens("b"), NOW);
            assertThat(file.read(NOW).tokens().tokens()).containsOnlyKeys("a", "b");
        } finally {
            run("umount", "-l", directory);
        }
    }

    @Test
    void remainsOfAKilledWriterDoNotMatter() throws IOException {
        Files.createDirectories(path.getParent());
        Files.writeString(path.resolveSibling("tokens.json.new"), "half a fi");
        file.update(tokens("a"), NOW);
        assertThat(names()).containsExactlyInAnyOrder("tokens.json", "tokens.json.lock");
    }

    @Test
    void lockOfAnotherProcessIsRespectedAndNotWaitedFor() throws Exception {
        Files.createDirectories(path.getParent());
        try (Child child = new Child(LockHolder.class, path + ".lock")) {
            assertThat(child.line()).isEqualTo("locked");
            assertThatThrownBy(() -> file.update(tokens("a"), NOW)).isInstanceOf(TokenFile.BusyException.class);
            assertThat(file.read(NOW).tokens().tokens()).isEmpty();
        }
        file.update(tokens("a"), NOW);
        assertThat(file.read(NOW).tokens().tokens()).containsOnlyKeys("a");
    }

    @Test
    void boundHoldsInTheFileToo() throws IOException {
        TokenFile small = new TokenFile(path, 2);
        small.update(tokens("a", "b"), NOW);
        small.update(tokens("c", "d"), NOW);
        assertThat(small.read(NOW).tokens().tokens()).hasSize(2);
    }

    private static SavedTokens tokens(String... ids) {
        SavedTokens tokens = new SavedTokens();
        for (String id : ids) {
            tokens.put(id, new SavedToken("t", null, NOW, NOW + 1_000, null));
        }
        return tokens;
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("own"))) {
            return files.map(each -> each.getFileName().toString()).toList();
        }
    }

    private static boolean run(Object... command) throws Exception {
        String[] line = Stream.of(command).map(Object::toString).toArray(String[]::new);
        return new ProcessBuilder(line).redirectErrorStream(true).start().waitFor() == 0;
    }
}
