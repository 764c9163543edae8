package dev.sandbar.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandbar.gate.Needs;
import dev.sandbar.runtime.Agent;
import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.FileEntry;
import dev.sandbar.runtime.FileEvent;
import dev.sandbar.runtime.FileOwner;
import dev.sandbar.runtime.FileWrite;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Links that point out, and trees that are hard to remove. The host's directory here is open to everybody. */
class LinksIT {

    private static final String TREE = "use strict; my $long = 'n' x 255; mkdir \"new\\nline\"; mkdir $long; "
            + "open(my $f, '>', \"$long/$long\"); close $f; open($f, '>', \"new\\nline/\\xff\\xfe\"); close $f; "
            + "for (1 .. 5000) { mkdir 'deep' or die; chdir 'deep' or die; } open($f, '>', 'end'); close $f; ";
    private static final String CLOSED =
            "mkdir -p a/b/c && touch a/b/c/f && chmod 000 a/b/c/f a/b/c a/b a && mkdir -m 0555 r";

    @RegisterExtension
    static final TestRuntime runtime = new TestRuntime();

    @TempDir
    Path host;

    private final TestSandbox sandbox = runtime.start();
    private final Agent agent = sandbox.agent();

    @BeforeEach
    void fillTheHostsDirectory() throws IOException {
        Files.writeString(host.resolve("file"), "the host's");
        Host.run("chmod", "-R", "a+rwX", host.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/proc/1/root", "/proc/self/root", "/proc/self/cwd/../../..", "/../../../.."})
    void linkThatPointsOutLeadsNowhere(String prefix) throws IOException {
        link("out", prefix + host);
        assertThatThrownBy(() -> agent.read("/home/user/out/file", 0, -1).blockLast(TestRuntime.LIMIT))
                .isInstanceOf(AgentException.class);
        assertThatThrownBy(() -> agent.list("/home/user/out", 3).blockLast(TestRuntime.LIMIT))
                .isInstanceOf(AgentException.class);
        tolerate(agent.write(write("/home/user/out/file"), Mono.just(new byte[] {'x'})));
        tolerate(agent.write(write("/home/user/out/new"), Mono.just(new byte[] {'x'})));
        tolerate(agent.makeDirectory("/home/user/out/made", FileOwner.USER));
        tolerate(agent.move("/home/user/out/file", "/home/user/moved", FileOwner.USER));
        tolerate(agent.remove("/home/user/out/file"));
        tolerate(agent.remove("/home/user/out"));
        assertHostIsUntouched();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/etc/shadow", "/proc/1/root/etc/shadow", "/root/.bashrc"})
    void linkToASecretReadsNothing(String target) {
        link("secret", target);
        assertThatThrownBy(() -> agent.read("/home/user/secret", 0, -1).blockLast(TestRuntime.LIMIT))
                .isInstanceOf(AgentException.class);
    }

    @Test
    @Requires(Needs.SANDBOX_ROOT)
    void linkOfTheUserToRootsFileIsFollowedInsideOnly() {
        sandbox.root("echo inside > /root/own");
        link("own", "/root/own");
        Mono<String> text = agent.read("/home/user/own", 0, -1)
                .ofType(FileEvent.Bytes.class)
                .map(bytes -> new String(bytes.bytes(), StandardCharsets.UTF_8))
                .next();
        assertThat(text.block(TestRuntime.LIMIT)).isEqualTo("inside\n");
    }

    @Test
    void removingADirectoryLeavesWhatItsLinksPointTo() {
        sandbox.user("mkdir -p keep/sub d/e && echo kept > keep/sub/file && ln -s /home/user/keep d/e/link");
        agent.remove("/home/user/d").block(TestRuntime.LIMIT);
        assertThat(sandbox.user("cat keep/sub/file; ls").stdout()).isEqualTo("kept\nkeep\n");
    }

    @Test
    void movedLinkStaysALink() {
        link("out", host.toString());
        FileEntry moved =
                agent.move("/home/user/out", "/home/user/other", FileOwner.USER).block(TestRuntime.LIMIT);
        assertThat(moved).extracting(FileEntry::type).isEqualTo(FileEntry.Type.LINK);
    }

    @Test
    @Requires(Needs.SANDBOX_ROOT)
    void destroyFollowsNoLinkAndLeavesNothing() throws IOException {
        link("out", host.toString());
        sandbox.user(
                "mkdir -p a/b && ln -s " + host + " a/b/.0 && ln -s " + host + " .1 && ln -s / slash && ln -s . dot"
                        + " && mkfifo pipe && ln out hard && perl -MSocket -e 'socket(S,AF_UNIX,SOCK_STREAM,0); "
                        + "bind(S, pack_sockaddr_un(\"sock\"))'");
        sandbox.root("ln -s " + host + " /home/user/roots; mkdir -m 700 /home/user/closed; touch /home/user/closed/f");
        sandbox.destroy();
        assertHostIsUntouched();
    }

    @Test
    void deepAndOddlyNamedTreesAreRemovedByTheAgent() {
        TestSandbox.Result made = sandbox.user("mkdir t && cd t && perl -e \"" + shellQuoted(TREE) + "\"");
        assertThat(made.stderr()).isEmpty();
        agent.remove("/home/user/t").block(TestRuntime.LIMIT);
        assertThat(sandbox.user("ls -A").stdout()).isEmpty();
    }

    @Test
    void deepAndOddlyNamedTreesAreRemovedWithTheirSandbox() {
        sandbox.user("perl -e \"" + shellQuoted(TREE) + "\"");
        sandbox.destroy();
    }

    @Test
    @Requires(Needs.SANDBOX_ROOT)
    void closedDirectoriesAreRemovedWithTheirSandbox() {
        assertThat(sandbox.user(CLOSED).stderr()).isEmpty();
        assertThat(sandbox.root("cd /home/user && "
                                + CLOSED.replace("a/", "z/").replace(" a", " z").replace(" r", " s"))
                        .stderr())
                .isEmpty();
        sandbox.destroy();
    }

    @Test
    void closedDirectoriesAreRemovedByTheAgent() {
        sandbox.user("mkdir t && cd t && " + CLOSED);
        agent.remove("/home/user/t").block(TestRuntime.LIMIT);
        assertThat(sandbox.user("ls -A").stdout()).isEmpty();
    }

    @Test
    void listingADeepTreeAnswers() {
        sandbox.user("perl -e \"" + shellQuoted(TREE) + "\"");
        tolerate(agent.list("/home/user", 100_000));
        assertThat(sandbox.user("echo goes on").stdout()).isEqualTo("goes on\n");
    }

    private void link(String name, String target) {
        assertThat(sandbox.user("ln -s " + target + " " + name).succeeded()).isTrue();
    }

    private static FileWrite write(String path) {
        return new FileWrite(path, FileOwner.USER, 0644, Map.of());
    }

    /** Whether the agent refuses or works on a path of the sandbox's own is its business. */
    private static void tolerate(Publisher<?> request) {
        Flux.from(request).onErrorComplete(AgentException.class).blockLast(TestRuntime.LIMIT);
    }

    private static String shellQuoted(String perl) {
        return perl.replace("\\", "\\\\").replace("$", "\\$").replace("\"", "\\\"");
    }

    private void assertHostIsUntouched() throws IOException {
        assertThat(Host.children(host)).containsExactly(host.resolve("file"));
        assertThat(host.resolve("file")).hasContent("the host's");
    }
}
