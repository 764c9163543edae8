package dev.sandbar.session.tool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandbar.command.Cause;
import dev.sandbar.command.CommandEvent.Ended;
import dev.sandbar.runtime.FileEntry;
import dev.sandbar.runtime.FileOwner;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What tools are made of, piece by piece. */
class ToolPartsTests {

    private static final FileOwner STRANGER = new FileOwner(4711, 4711);

    private static @Nullable String error(Cause cause, @Nullable Integer code, @Nullable Integer signal) {
        return BashEnds.error(new Ended(1, 0, code, signal, cause), Duration.ofSeconds(7));
    }

    @Test
    void endOfACommandIsSaidInWords() {
        assertThat(error(Cause.EXITED, 0, null)).isNull();
        assertThat(error(Cause.EXITED, 3, null)).isEqualTo("Exit code 3");
        assertThat(error(Cause.EXITED, null, 9)).isEqualTo("Killed by signal 9");
        assertThat(error(Cause.EXITED, null, null)).isEqualTo("Its end is not known");
        assertThat(error(Cause.TIMEOUT, null, 9)).isEqualTo("Timeout after 7s");
        assertThat(error(Cause.MEMORY, 0, null)).startsWith("Exit code 0: the sandbox's memory");
        assertThat(error(Cause.PIDS, 1, null)).startsWith("Exit code 1: the sandbox had as many processes");
        assertThat(error(Cause.DISK, null, 25)).startsWith("Killed by signal 25: a file was larger");
        assertThat(error(Cause.CLIENT, null, 15)).startsWith("Killed by signal 15: somebody ended it");
        assertThat(error(Cause.SANDBOX_KILLED, null, null)).contains("(sandbox-killed)");
        assertThat(error(Cause.LOST, null, null)).contains("how it ended is not known");
    }

    private static FileEntry entry(FileOwner owner, int mode) {
        return new FileEntry("/f", FileEntry.Type.FILE, null, mode, owner, 1, Instant.EPOCH, null, Map.of());
    }

    private static void assertRights(FileOwner owner, int read, int write, int search) {
        for (int bit = 1; bit <= 0400; bit <<= 1) {
            FileEntry entry = entry(owner, bit);
            assertThat(Rights.READ.of(entry)).as("%o", bit).isEqualTo(bit == read);
            assertThat(Rights.WRITE.of(entry)).as("%o", bit).isEqualTo(bit == write);
            assertThat(Rights.SEARCH.of(entry)).as("%o", bit).isEqualTo(bit == search);
        }
    }

    @Test
    void userHasTheRightsOfOwnerGroupOrOthers() {
        assertRights(FileOwner.USER, 0400, 0200, 0100);
        assertRights(new FileOwner(4711, FileOwner.USER.gid()), 0040, 0020, 0010);
        assertRights(STRANGER, 0004, 0002, 0001);
        assertThatThrownBy(() -> Rights.WRITE.require(entry(STRANGER, 0775)))
                .isInstanceOf(ToolFailure.class)
                .hasMessageContaining("/f can't be written by user");
    }

    @Test
    void pathsBeginAtHome() {
        assertThat(Home.absolute("/etc/x")).isEqualTo("/etc/x");
        assertThat(Home.absolute("")).isEqualTo("/home/user");
        assertThat(Home.absolute("~")).isEqualTo("/home/user");
        assertThat(Home.absolute("~/a")).isEqualTo("/home/user/a");
        assertThat(Home.absolute("~a/b")).isEqualTo("/home/user/~a/b");
    }

    @Test
    void resultIsShownAsOneText() {
        assertThat(ToolResult.done("").shown()).isEqualTo("(no output)");
        assertThat(ToolResult.done("text").shown()).isEqualTo("text");
        assertThat(ToolResult.failed("why").shown()).isEqualTo("ERROR: why");
        assertThat(new ToolResult(false, "text", "why", 1, "exited", false, null).shown())
                .isEqualTo("text\n\nERROR: why");
    }

    @Test
    void newFileBelongsToUserAndAnOldOneStaysAsItWas() {
        FileEntry directory = entry(FileOwner.USER, 0755);
        Place fresh = new Place("/f", null, directory);
        assertThat(fresh.mode()).isEqualTo(0644);
        assertThat(fresh.owner()).isEqualTo(FileOwner.USER);
        assertThat(fresh.attributes()).isEmpty();
        FileEntry there = new FileEntry(
                "/f", FileEntry.Type.FILE, null, 0600, STRANGER, 1, Instant.EPOCH, null, Map.of("user.a", "b"));
        Place old = new Place("/f", there, directory);
        assertThat(old.mode()).isEqualTo(0600);
        assertThat(old.owner()).isEqualTo(STRANGER);
        assertThat(old.attributes()).isEqualTo(Map.of("user.a", "b"));
    }

    /** An escape is written as !. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a!` `Fb   | ab",
                "a!#/8b    | ab",
                "a!0b      | ab",
                "a!~b      | ab",
                "a![ /@b   | ab",
                "a![?1hb   | ab",
                "a![1~b    | ab",
                "a![\u007fb| a[\u007fb",
                "a!\u007fb | a\u007fb",
            })
    void allFormsOfSequencesAreKnown(String written, String shown) {
        EscapeFilter filter = new EscapeFilter();
        String text = written.replace("` `", " ").replace('!', '\u001b');
        assertThat(filter.take(text) + filter.end()).isEqualTo(shown);
    }

    @Test
    void namesAreRememberedWithinTheirCharacters() {
        ReadFiles files = new ReadFiles();
        String hash = "h".repeat(64);
        String name = "n".repeat(ReadFiles.MOST_CHARACTERS / 2 - 64);
        files.put("a" + name.substring(1), hash);
        files.put("b" + name.substring(1), hash);
        assertThat(files.all()).hasSize(2);
        files.put("b" + name.substring(1), "i".repeat(64));
        assertThat(files.all()).hasSize(2);
        files.put("c", "");
        assertThat(files.all()).hasSize(2).containsKey("c");
        assertThat(files.changes()).isEqualTo(4);
        files.put("d" + name.substring(1), hash.substring(1));
        assertThat(files.all()).hasSize(3);
    }

    @Test
    void pieceUpToTheBoundIsHeldBack() {
        RawOutput raw = new RawOutput();
        assertThat(raw.take(new byte[128 << 10], false)).isEmpty();
        assertThat(raw.take(new byte[1], false)).hasSize(2);
        RawOutput large = new RawOutput();
        assertThat(large.take(new byte[(int) RawOutput.MOST], false)).hasSize(1);
        assertThat(large.isCut()).isFalse();
        assertThat(large.take(new byte[1], true)).isEmpty();
        assertThat(large.isCut()).isTrue();
    }

    @Test
    void longestArgumentsAreTaken() {
        String longest = "a".repeat(BashCall.MOST_BYTES);
        assertThat(BashCall.of(arguments("{'command':'" + longest + "'}")).command())
                .isEqualTo(longest);
        assertThatThrownBy(() -> BashCall.of(arguments("{'command':'" + longest + "b'}")))
                .hasMessageContaining("at most 120000 bytes");
        assertThatThrownBy(() -> arguments("{'path':'a\\u0000b'}").path("path")).hasMessageContaining("NUL");
        assertThat(arguments("{'flag':false}").flag("flag")).isFalse();
        assertThat(arguments("{'flag':true}").flag("flag")).isTrue();
        assertThat(arguments("{}").flag("flag")).isFalse();
        assertThat(arguments("{'n':1}").optionalNumber("n", 1, 5)).isEqualTo(1);
        assertThat(arguments("{'n':5}").optionalNumber("n", 1, 5)).isEqualTo(5);
    }

    private static Arguments arguments(String json) {
        return new Arguments(ToolBed.json(json));
    }

    @Test
    void readingAskedForFromALineGoesToTheEnd() {
        assertThat(ReadCall.of(arguments("{'path':'a'}"))).isEqualTo(new ReadCall("/home/user/a", 1, 2000, true));
        assertThat(ReadCall.of(arguments("{'path':'a','offset':0}")))
                .isEqualTo(new ReadCall("/home/user/a", 1, Integer.MAX_VALUE, true));
        assertThat(ReadCall.of(arguments("{'path':'a','offset':9,'limit':3}")))
                .isEqualTo(new ReadCall("/home/user/a", 9, 3, false));
    }

    @Test
    void typographyIsKnownAtTheEndOfATextToo() {
        String dash = Octets.of("\u2013".getBytes(UTF_8));
        assertThat(Typography.length(dash, 0)).isEqualTo(3);
        assertThat(Typography.length(dash.substring(0, 2), 0)).isZero();
        assertThat(Typography.length("-", 0)).isZero();
    }
}
