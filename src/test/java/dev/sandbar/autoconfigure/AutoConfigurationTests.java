package dev.sandbar.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.data.DataDirectoryException;
import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.RuntimeCapabilities;
import dev.sandbar.runtime.SandboxRuntime;
import dev.sandbar.runtime.SandboxSpec;
import dev.sandbar.runtime.Strain;
import dev.sandbar.runtime.Usage;
import dev.sandbar.runtime.local.LocalRuntime;
import dev.sandbar.sandbox.SandboxListener;
import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.session.Hardware;
import dev.sandbar.session.HardwareCatalogue;
import dev.sandbar.session.HardwareException;
import dev.sandbar.session.Sessions;
import dev.sandbar.store.memory.MemoryStore;
import dev.sandbar.store.sqlite.SqliteStore;
import dev.sandbar.token.ApiKeys;
import dev.sandbar.token.BearerTokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.server.RouterFunction;
import reactor.core.publisher.Mono;

class AutoConfigurationTests {

    private static final AutoConfigurations ALL = AutoConfigurations.of(
            JacksonAutoConfiguration.class,
            CommandAutoConfiguration.class,
            LocalRuntimeAutoConfiguration.class,
            SandbarAutoConfiguration.class,
            SessionAutoConfiguration.class,
            TokenAutoConfiguration.class,
            WebAutoConfiguration.class);

    @TempDir
    Path directory;

    private ReactiveWebApplicationContextRunner embedder = new ReactiveWebApplicationContextRunner();

    @BeforeEach
    void dataDirectoryOfItsOwn() {
        embedder = new ReactiveWebApplicationContextRunner()
                .withConfiguration(ALL)
                .withUserConfiguration(OtherRuntime.class)
                .withPropertyValues("sandbar.data=" + directory.resolve("data"));
    }

    @Test
    void embedderGetsRoutesAndSandboxesOverItsOwnRuntime() {
        embedder.run(context -> assertThat(context)
                .hasSingleBean(RouterFunction.class)
                .hasSingleBean(Sandboxes.class)
                .doesNotHaveBean(LocalRuntime.class));
    }

    @Test
    void switchedOffThereIsNothing() {
        embedder.withPropertyValues("sandbar.enabled=false")
                .run(context ->
                        assertThat(context).doesNotHaveBean(Sandboxes.class).doesNotHaveBean(RouterFunction.class));
        assertThat(directory.resolve("data")).doesNotExist();
    }

    @Test
    void withoutAReactiveWebApplicationThereAreNoRoutes() {
        new ApplicationContextRunner()
                .withConfiguration(ALL)
                .withUserConfiguration(OtherRuntime.class)
                .withPropertyValues("sandbar.data=" + directory.resolve("data"))
                .run(context ->
                        assertThat(context).hasSingleBean(Sandboxes.class).doesNotHaveBean(RouterFunction.class));
    }

    @Test
    void keysBelongToTheirOwnersAndNoneIsMadeBesideThem() {
        embedder.withPropertyValues("sandbar.api-keys.ann=e2b_aa").run(context -> {
            assertThat(context.getBean(ApiKeys.class).ownerOf("e2b_aa")).isEqualTo("ann");
            assertThat(directory.resolve("data/api-key")).doesNotExist();
        });
    }

    @Test
    void keyIsMadeWhereThereIsNone() {
        embedder.run(context -> {
            String key = Files.readString(directory.resolve("data/api-key")).strip();
            assertThat(context.getBean(ApiKeys.class).ownerOf(key)).isEqualTo("default");
        });
    }

    @Test
    void dataDirectoryInUseFailsTheStartWithItsSentence() {
        embedder.run(first -> embedder.run(
                second -> assertThat(second).getFailure().rootCause().isInstanceOf(DataDirectoryException.class)));
    }

    @Test
    void keysFileOfAnotherFormFailsTheStart() throws IOException {
        Files.createDirectories(directory.resolve("data"));
        Files.writeString(directory.resolve("data/api-key"), "something else");
        embedder.run(
                context -> assertThat(context).getFailure().rootCause().isInstanceOf(DataDirectoryException.class));
    }

    @Test
    void recordsAreKeptInAFileUnlessMemoryIsAskedFor() {
        embedder.run(context -> assertThat(context).hasSingleBean(SqliteStore.class));
        assertThat(directory.resolve("data/store.db")).isNotEmptyFile();
        embedder.withPropertyValues("sandbar.store=memory")
                .run(context -> assertThat(context).hasSingleBean(MemoryStore.class));
    }

    @Test
    void tokensHaveAKeyOfTheirOwnAndEndWithTheirSandboxes() {
        embedder.run(context -> {
            assertThat(context).hasSingleBean(BearerTokens.class);
            assertThat(context.getBeansOfType(SandboxListener.class).values())
                    .hasAtLeastOneElementOfType(TokensOfSandboxes.class);
            assertThat(Files.getPosixFilePermissions(directory.resolve("data/token-keys")))
                    .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        });
    }

    @Test
    void settingsOfTokensThatCannotBeKeptFailTheStartByName() {
        embedder.withPropertyValues("sandbar.tokens.life=25h")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("sandbar.tokens.life must be from 10s to 24h"));
    }

    @Test
    void leaseThatNoSandboxMayHaveFailsTheStartByTheNamesOfBoth() {
        embedder.withPropertyValues("sandbar.sessions.lease=2h", "sandbar.sandboxes.longest=1h")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("sandbar.sessions.lease")
                        .hasMessageContaining("sandbar.sandboxes.longest"));
    }

    @Test
    void damagedTokenKeysFailTheStartAndStayAsTheyAre() throws IOException {
        Files.createDirectories(directory.resolve("data"));
        Files.writeString(directory.resolve("data/token-keys"), "something else");
        embedder.run(
                context -> assertThat(context).getFailure().rootCause().isInstanceOf(DataDirectoryException.class));
        assertThat(directory.resolve("data/token-keys")).hasContent("something else");
    }

    @Test
    void sessionsAreThereAndOfferWhatEveryRuntimeHas() {
        embedder.run(context -> {
            assertThat(context).hasSingleBean(Sessions.class);
            assertThat(context.getBean(HardwareCatalogue.class).offered())
                    .extracting(Hardware::name)
                    .containsExactly("cpu-basic");
        });
    }

    @Test
    void wrongHardwareCatalogueFailsTheStartWithItsSentence() throws IOException {
        Path wrong = directory.resolve("wrong.yaml");
        Files.writeString(wrong, "default: none");
        embedder.withPropertyValues("sandbar.sessions.hardware=" + wrong)
                .run(context -> assertThat(context).getFailure().rootCause().isInstanceOf(HardwareException.class));
    }

    @Configuration(proxyBeanMethods = false)
    static class OtherRuntime {

        @Bean
        SandboxRuntime otherRuntime() {
            return new SandboxRuntime() {
                @Override
                public RuntimeCapabilities capabilities() {
                    return new RuntimeCapabilities("other", List.of("base"), List.of("user"), Map.of(), List.of());
                }

                @Override
                public Mono<Agent> start(SandboxSpec spec) {
                    return Mono.error(new UnsupportedOperationException());
                }

                @Override
                public Mono<Void> destroy(String sandboxId) {
                    return Mono.empty();
                }

                @Override
                public Mono<Usage> usage(String sandboxId) {
                    return Mono.error(new UnsupportedOperationException());
                }

                @Override
                public String handle() {
                    return "other";
                }

                @Override
                public Mono<Agent> adopt(String sandboxId, String handle, Instant deadline) {
                    return Mono.error(new UnsupportedOperationException());
                }

                @Override
                public Mono<Strain> strain(String sandboxId) {
                    return Mono.error(new UnsupportedOperationException());
                }

                @Override
                public Mono<Integer> sweep(Set<String> keep) {
                    return Mono.just(0);
                }
            };
        }
    }
}
