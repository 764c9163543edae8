package dev.sandbar.session.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.FileEntry;
import dev.sandbar.runtime.FileOwner;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

class PathWalkTests {

    private final Map<String, FileEntry> files = new HashMap<>();
    private final Agent agent = (Agent) Proxy.newProxyInstance(
            Agent.class.getClassLoader(), new Class<?>[] {Agent.class}, (proxy, method, of) -> {
                if (method.getName().equals("stat")) return stat((String) of[0]);
                throw new UnsupportedOperationException(method.getName());
            });

    private Mono<FileEntry> stat(String path) {
        return Mono.fromSupplier(() -> {
            FileEntry found = files.get(path);
            if (found == null) throw new AgentException(AgentException.Code.NOT_FOUND, "not found");
            return found;
        });
    }

    private void make(String path, FileEntry.Type type, int mode, @Nullable String target) {
        FileEntry entry = new FileEntry(path, type, null, mode, FileOwner.USER, 0, Instant.EPOCH, target, Map.of());
        files.put(path, entry);
    }

    @BeforeEach
    void tree() {
        for (String path : new String[] {"/", "/home", "/home/user", "/home/user/d", "/home/user/d/e"}) {
            make(path, FileEntry.Type.DIRECTORY, 0755, null);
        }
        make("/home/user/f", FileEntry.Type.FILE, 0644, null);
        make("/home/user/d/g", FileEntry.Type.FILE, 0644, null);
        make("/home/user/closed", FileEntry.Type.DIRECTORY, 0600, null);
        make("/to-d", FileEntry.Type.LINK, 0755, "/home/user/d");
        make("/home/user/to-f", FileEntry.Type.LINK, 0644, "/home/user/f");
        make("/home/user/to-link", FileEntry.Type.LINK, 0644, "/home/user/to-f");
        make("/nowhere", FileEntry.Type.LINK, 0777, null);
        make("/round", FileEntry.Type.LINK, 0777, "/round");
    }

    private Place walk(String path) {
        return Objects.requireNonNull(PathWalk.to(agent, path).block());
    }

    @ParameterizedTest
    @CsvSource({
        "/, /, /, /",
        "/home/user, /home/user, /home/user, /home/user",
        "//home/./user/../user/f, /home/user/f, /home/user/f, /home/user",
        "/../.., /, /, /",
        "/home/user/to-f, /home/user/f, /home/user/f, /home/user",
        "/home/user/to-link, /home/user/f, /home/user/f, /home/user",
        "/to-d/g, /home/user/d/g, /home/user/d/g, /home/user/d",
        "/to-d/.., /home/user, /home/user, /home/user",
        "/to-d/e/../../f, /home/user/f, /home/user/f, /home/user",
        "/home/user/new, /home/user/new, , /home/user",
        "/home/user/d/x/y/z, /home/user/d/x/y/z, , /home/user/d",
        "/to-d/new, /home/user/d/new, , /home/user/d",
        "/nowhere, /nowhere, , /",
        "/nowhere/x, /nowhere/x, , /"
    })
    void leadsWhereTheKernelWould(String path, String canonical, @Nullable String there, String directory) {
        Place place = walk(path);
        assertThat(place.canonical()).isEqualTo(canonical);
        assertThat(place.entry()).isEqualTo(there == null ? null : files.get(there));
        assertThat(place.directory()).isEqualTo(files.get(directory));
    }

    @ParameterizedTest
    @CsvSource({
        "/home/user/f/x, Not a directory: /home/user/f",
        "/home/user/to-f/x, Not a directory: /home/user/f",
        "/home/user/x/../y, No such directory: /home/user/x",
        "/round, Too many links on the way: /round"
    })
    void leadsNowhere(String path, String why) {
        assertThatThrownBy(() -> walk(path)).isInstanceOf(ToolFailure.class).hasMessageContaining(why);
    }

    @Test
    void closedDirectoriesAreNotEntered() {
        assertThatThrownBy(() -> walk("/home/user/closed/x")).isInstanceOf(ToolFailure.class);
    }

    @Test
    void fortyLinksAreFollowedAndNoMore() {
        for (int i = 0; i < 40; i++)
            make("/l" + i, FileEntry.Type.LINK, 0777, i == 0 ? "/home/user/f" : "/l" + (i - 1));
        make("/l40", FileEntry.Type.LINK, 0777, "/l39");
        assertThat(walk("/l39").canonical()).isEqualTo("/home/user/f");
        assertThatThrownBy(() -> walk("/l40")).hasMessageContaining("Too many links");
    }
}
