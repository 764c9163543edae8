package dev.sandbar.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandbar.runtime.SandboxSpec.Limits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HardwareCatalogueTests {

    private static final Limits USUAL = new Limits(2, 512, 1024, 256);

    private static HardwareCatalogue read(String yaml) {
        return HardwareCatalogue.read(yaml, "the test", USUAL, "local");
    }

    private static String builtIn() throws IOException {
        try (InputStream file = HardwareCatalogue.class.getResourceAsStream("hardware.yaml")) {
            return new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void builtInCatalogueIsTheOneInConfig() throws IOException {
        assertThat(builtIn()).isEqualTo(Files.readString(Path.of("config/hardware.yaml")));
    }

    @Test
    void localRuntimeOffersTheDefaultAndAnUpgrade() throws IOException {
        HardwareCatalogue catalogue = read(builtIn());
        assertThat(catalogue.offered()).extracting(Hardware::name).containsExactly("cpu-basic", "cpu-upgrade");
        assertThat(catalogue.standard().limits()).isEqualTo(USUAL);
        assertThat(catalogue.standard().microsPerHour()).isZero();
        assertThat(catalogue.get("cpu-upgrade").microsPerHour()).isEqualTo(50_000);
        assertThat(catalogue.get("cpu-upgrade").limits()).isEqualTo(new Limits(4, 2048, 4096, 1024));
    }

    @Test
    void whatOtherRuntimesOfferIsRefusedNamingWhatThereIs() throws IOException {
        HardwareCatalogue catalogue = read(builtIn());
        assertThatThrownBy(() -> catalogue.get("t4-small"))
                .isInstanceOf(SessionException.UnknownHardware.class)
                .hasMessage("Hardware \"t4-small\" isn't offered here; there is: cpu-basic, cpu-upgrade");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "default: a | \"hardware\" must be fields",
                "- x | the whole file must be fields",
                "'default: a\nhardware: {b: {usd-per-hour: 0}}' | is not among the sizes",
                "'default: a\nhardware: {a: {usd-per-hour: 1}}' | must cost nothing",
                "'default: a\nhardware: {a: {usd-per-hour: 0, runtimes: [pods]}}' | must cost nothing and be offered",
                "'default: a\nhardware: {a: {}}' | has no \"usd-per-hour\"",
                "'default: a\nhardware: {a: {usd-per-hour: 0, memory: 12}}' | must be like 512MB",
                "'default: a\nhardware: {a: {usd-per-hour: 0, colour: red}}' | unknown field \"colour\"",
                "'default: a\nhardware: {a: {usd-per-hour: 0.0000001}}' | can't be used",
                "'default: a\nhardware: {a: {usd-per-hour: -1}}' | below zero",
                "'default: a\nhardware: {A b: {usd-per-hour: 0}}' | no name for a size",
                "'default: a\nhardware: {a: {usd-per-hour: 0, cpus: 0}}' | limits too small",
                "'default: [' | can't be used",
            })
    void wrongCataloguesAreRefusedInOneSentence(String yaml, String why) {
        assertThatThrownBy(() -> read(yaml.replace("\\n", "\n")))
                .isInstanceOf(HardwareException.class)
                .hasMessageContaining(why)
                .message()
                .doesNotContain("\n")
                .contains("the test")
                .endsWith(".");
    }
}
