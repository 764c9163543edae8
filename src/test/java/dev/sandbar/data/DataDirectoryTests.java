package dev.sandbar.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTests {

    @TempDir
    Path temporary;

    @Test
    void secretsAreTheSameAtEachStart() {
        String id;
        String key;
        byte[] secret;
        try (DataDirectory first = DataDirectory.open(temporary.resolve("a/b"))) {
            id = first.instanceId();
            key = first.generatedApiKey();
            secret = first.secret();
        }
        try (DataDirectory second = DataDirectory.open(temporary.resolve("a/b"))) {
            assertThat(second.instanceId()).isEqualTo(id).matches("[0-9a-f]{10}");
            assertThat(second.generatedApiKey()).isEqualTo(key).matches("e2b_[0-9a-f]{40}");
            assertThat(second.secret()).isEqualTo(secret).hasSize(32);
        }
    }

    @Test
    void everyDirectoryHasSecretsOfItsOwn() {
        Set<String> seen = new HashSet<>();
        for (String name : List.of("a", "b", "c")) {
            try (DataDirectory directory = DataDirectory.open(temporary.resolve(name))) {
                seen.add(directory.instanceId());
                seen.add(directory.generatedApiKey());
                seen.add(HexFormat.of().formatHex(directory.secret()));
            }
        }
        assertThat(seen).hasSize(9);
    }

    @Test
    void directoryAndSecretsAreClosedToOthersWhateverTheyWere() throws IOException {
        Path open = Files.createDirectory(
                temporary.resolve("open"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxrwxrwx")));
        try (DataDirectory directory = DataDirectory.open(open)) {
            directory.generatedApiKey();
            directory.secret();
            assertThat(permissions(open)).isEqualTo("rwx------");
            assertThat(permissions(directory.apiKeyFile())).isEqualTo("rw-------");
            assertThat(permissions(open.resolve("secret"))).isEqualTo("rw-------");
        }
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void secondInstanceIsRefusedInOneSentence() {
        try (DataDirectory first = DataDirectory.open(temporary)) {
            assertThatThrownBy(() -> DataDirectory.open(temporary))
                    .isInstanceOf(DataDirectoryException.class)
                    .hasMessageContaining("in use by another instance")
                    .hasMessageContaining("SANDBAR_DATA");
            assertThat(first.instanceId()).isNotEmpty();
        }
        DataDirectory.open(temporary).close();
    }

    @Test
    void placeThatCannotBeADirectoryIsRefusedInOneSentence() throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));
        assertThatThrownBy(() -> DataDirectory.open(file.resolve("below")))
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContaining("can't be written to");
    }

    @Test
    void damagedSecretIsReportedAndNotReplaced() throws IOException {
        Files.writeString(temporary.resolve("secret"), "short");
        try (DataDirectory directory = DataDirectory.open(temporary)) {
            assertThatThrownBy(directory::secret).isInstanceOf(DataDirectoryException.class);
        }
        assertThat(temporary.resolve("secret")).hasContent("short");
    }

    @Test
    void secretFileIsThereWholeAndClosedToOthers() throws IOException {
        try (DataDirectory directory = DataDirectory.open(temporary)) {
            SecretFile file = directory.secretFile("ring");
            assertThat(file.read()).isEmpty();
            file.write("one\ntwo");
            file.write("three\nfour");
            assertThat(file.read()).isEqualTo("three\nfour\n");
            assertThat(permissions(temporary.resolve("ring"))).isEqualTo("rw-------");
            assertThat(temporary.resolve("ring.new")).doesNotExist();
        }
    }

    @Test
    void secretFileThatCannotBeReplacedIsAsItWas() throws IOException {
        try (DataDirectory directory = DataDirectory.open(temporary)) {
            SecretFile file = directory.secretFile("ring");
            file.write("one");
            Files.createDirectories(temporary.resolve("ring.new/in the way"));
            assertThatThrownBy(() -> file.write("two")).isInstanceOf(DataDirectoryException.class);
            assertThat(file.read()).isEqualTo("one\n");
        }
    }

    @Test
    void whatIsAskedForByAFileIsAnsweredByItsRemoval() throws IOException {
        try (DataDirectory directory = DataDirectory.open(temporary)) {
            assertThat(directory.isAsked("please")).isFalse();
            Files.createFile(temporary.resolve("please"));
            assertThat(directory.isAsked("please")).isTrue();
            directory.answered("please");
            directory.answered("please");
            assertThat(directory.isAsked("please")).isFalse();
        }
    }
}
