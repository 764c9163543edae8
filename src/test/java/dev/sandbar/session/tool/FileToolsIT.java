package dev.sandbar.session.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** {@code read}, {@code write} and {@code edit} in a real sandbox. */
class FileToolsIT {

    private static RealSandboxes real;

    private final ReadFiles seen = new ReadFiles();

    @BeforeAll
    static void start() throws IOException {
        real = new RealSandboxes();
    }

    @AfterAll
    static void end() throws IOException {
        real.close();
    }

    @BeforeEach
    void empty() {
        real.shell("rm -rf d; mkdir d");
    }

    private ToolResult call(String tool, String arguments) {
        return real.call(seen, tool, arguments);
    }

    private String read(String path) {
        return call("read", "{'path':'" + path + "'}").shown();
    }

    private String edit(String path, String rest) {
        return call("edit", "{'path':'" + path + "'," + rest + "}").shown();
    }

    @Test
    void readNumbersLines() {
        real.shell("printf 'one\\r\\ntwo\\f2\\n\\nfour' > d/a");
        assertThat(read("d/a")).isEqualTo("1\tone\n2\ttwo\f2\n3\t\n4\tfour");
        assertThat(call("read", "{'path':'~/d/a','offset':2,'limit':2}").output())
                .isEqualTo("2\ttwo\f2\n3\t");
        assertThat(call("read", "{'path':'/home/user/d/a','offset':9}").shown()).isEqualTo("(no output)");
    }

    @Test
    void whatCanNotBeReadIsNamed() {
        real.shell("head -c 100 /dev/zero > d/zeros; mkfifo d/pipe; head -c 70000000 /dev/zero | tr '\\0' x > d/large");
        assertThat(read("d/none")).isEqualTo("ERROR: File not found: /home/user/d/none");
        assertThat(read("d/none/deeper")).isEqualTo("ERROR: File not found: /home/user/d/none/deeper");
        assertThat(read("d/zeros/deeper")).isEqualTo("ERROR: Not a directory: /home/user/d/zeros");
        assertThat(read("d")).isEqualTo("ERROR: Is a directory: /home/user/d");
        assertThat(read("d/pipe")).isEqualTo("ERROR: Not an ordinary file: /home/user/d/pipe");
        assertThat(read("d/zeros")).startsWith("ERROR: Not a text file");
        assertThat(read("d/large")).startsWith("ERROR: The file is too large");
        real.shell("rm d/large");
    }

    @Test
    void readMarksOnlyWhatWasRead() {
        real.shell("head -c 100 /dev/zero > d/zeros");
        assertThat(read("d/zeros")).startsWith("ERROR");
        assertThat(call("write", "{'path':'d/zeros','content':'x'}").error())
                .isEqualTo(
                        "File /home/user/d/zeros exists but has not been read this session. Read it first; then write"
                                + " it, or use edit for targeted changes.");
    }

    @Test
    void w18WriteCountsBytesAndMakesDirectories() {
        assertThat(call("write", "{'path':'d/x/y/z','content':'\u00e4bc'}").shown())
                .isEqualTo("Wrote 4 bytes to /home/user/d/x/y/z");
        assertThat(real.shell("cat d/x/y/z; stat -c '%U %a' d/x/y/z; stat -c '%U %a' d/x"))
                .isEqualTo("\u00e4bcuser 644\nuser 755");
        assertThat(call("write", "{'path':'d/x/y/z','content':''}").success()).isTrue();
        assertThat(real.shell("stat -c %s d/x/y/z")).isEqualTo("0");
    }

    @Test
    void writeRefusesWhatHasChangedSinceItWasRead() {
        real.shell("echo old > d/a");
        read("d/a");
        real.shell("echo new > d/a");
        assertThat(call("write", "{'path':'d/a','content':'mine'}").error())
                .isEqualTo("File /home/user/d/a has changed since it was read, so nothing was written. Read it again"
                        + " first.");
        assertThat(edit("d/a", "'old_str':'new','new_str':'mine'")).contains("has changed since it was read");
        assertThat(real.shell("cat d/a; ls -A d")).isEqualTo("new\na");
        read("d/a");
        assertThat(call("write", "{'path':'d/a','content':'mine'}").success()).isTrue();
        assertThat(edit("d/a", "'old_str':'mine','new_str':'yours'")).contains("(1 replacement)");
    }

    @Test
    void w18ModeOwnerAndLinksStay() {
        real.shell("mkdir d/real; echo 'echo old' > d/real/run.sh; chmod 755 d/real/run.sh; ln -s real/run.sh d/link;"
                + " ln -s real d/dirlink; setfattr -n user.e2b.k -v v d/real/run.sh 2>/dev/null || true");
        read("d/link");
        assertThat(edit("d/dirlink/../real/run.sh", "'old_str':'old','new_str':'new'"))
                .contains("(1 replacement)");
        assertThat(call("write", "{'path':'d/dirlink/run.sh','content':'echo newer'}")
                        .shown())
                .startsWith("Wrote");
        assertThat(call("write", "{'path':'d/link','content':'echo newest'}").shown())
                .startsWith("Wrote");
        assertThat(real.shell("cat d/real/run.sh; stat -c ' %a %U' d/real/run.sh; readlink d/link d/dirlink; d/link"))
                .isEqualTo("echo newest 755 user\nreal/run.sh\nreal\nnewest");
    }

    @Test
    void linkToNowhereIsWrittenThrough() {
        real.shell("ln -s target d/link");
        assertThat(read("d/link")).isEqualTo("ERROR: File not found: /home/user/d/link");
        assertThat(call("write", "{'path':'d/link','content':'one'}").success()).isTrue();
        assertThat(real.shell("readlink d/link; cat d/target")).isEqualTo("target\none");
        assertThat(edit("d/target", "'old_str':'one','new_str':'two'")).contains("(1 replacement)");
    }

    @Test
    void filesThatUserMayNotTouchAreRefused() {
        real.shell("echo secret > d/closed; chmod 0 d/closed; echo fixed > d/fixed; chmod 444 d/fixed; mkdir d/shut;"
                + " chmod 0 d/shut");
        assertThat(read("d/closed")).startsWith("ERROR: Permission denied: /home/user/d/closed can't be read by user");
        assertThat(read("/etc/shadow")).startsWith("ERROR: ");
        assertThat(read("d/fixed")).isEqualTo("1\tfixed");
        assertThat(edit("d/fixed", "'old_str':'fixed','new_str':'x'")).contains("Permission denied");
        assertThat(call("write", "{'path':'d/fixed','content':'x'}").error()).contains("Permission denied");
        assertThat(call("write", "{'path':'/etc/mine','content':'x'}").error()).contains("Permission denied");
        assertThat(read("d/shut/x")).contains("d/shut can't be entered");
        assertThat(real.shell("cat d/fixed; chmod 755 d/shut")).isEqualTo("fixed");
    }

    @Test
    void pathsAreOneByTheirCanonicalForm() {
        real.shell("echo a > d/a; mkdir d/s; ln -s ../s d/s/up");
        read("d/./s/../a");
        assertThat(call("write", "{'path':'/home/user//d/s/up/../a','content':'b'}")
                        .success())
                .isTrue();
        assertThat(real.shell("cat d/a")).isEqualTo("b");
        real.shell("ln -s loop d/loop");
        assertThat(read("d/loop")).startsWith("ERROR: ");
    }

    @Test
    void namesMayHoldAnything() {
        String name = "d/a b'\\\"$(x)\\n*\u00e4";
        assertThat(call("write", "{'path':\"" + name + "\",'content':'x'}").success())
                .isTrue();
        assertThat(real.shell("cat d/a*")).isEqualTo("x");
    }

    @Test
    void w18LineEndsAndBytesThatAreNoTextStay() {
        real.shell("printf 'one\\r\\ntwo \\377\\r\\nthree\\r\\n' > d/a");
        assertThat(read("d/a")).isEqualTo("1\tone\n2\ttwo \ufffd\n3\tthree");
        assertThat(edit("d/a", "'old_str':'three\\n','new_str':'3\\n4\\n'"))
                .isEqualTo("Edited /home/user/d/a (1 replacement)");
        assertThat(edit("d/a", "'old_str':'one\\ntwo','new_str':'1\\n2'"))
                .isEqualTo("Edited /home/user/d/a (1 replacement)");
        assertThat(real.shell("printf '1\\r\\n2 \\377\\r\\n3\\r\\n4\\r\\n' | cmp - d/a && echo same"))
                .isEqualTo("same");
    }

    @Test
    void editRefusesWhatIsNotThereNotReadOrNotClear() {
        real.shell("printf 'a b a' > d/a");
        assertThat(edit("d/none", "'old_str':'x','new_str':'y'")).isEqualTo("ERROR: File not found: /home/user/d/none");
        assertThat(edit("d/a", "'old_str':'a','new_str':'y'"))
                .isEqualTo("ERROR: File /home/user/d/a has not been read this session. Read it first.");
        read("d/a");
        assertThat(edit("d/a", "'old_str':'c','new_str':'y'")).isEqualTo("ERROR: old_str not found in file.");
        for (String mode : List.of("replace", "append_after", "prepend_before")) {
            assertThat(edit("d/a", "'old_str':'a','new_str':'y','mode':'" + mode + "'"))
                    .isEqualTo("ERROR: old_str appears 2 times. Use replace_all=true or provide more context.");
        }
        assertThat(edit("d/a", "'old_str':'a','new_str':'y','mode':'append_after','replace_all':true"))
                .isEqualTo("Edited /home/user/d/a (2 replacements)");
        assertThat(real.shell("cat d/a")).isEqualTo("ay b ay");
    }

    @Test
    void editsOfOneFileAtOnceLoseNothing() {
        StringBuilder content = new StringBuilder();
        for (int i = 0; i < 20; i++) content.append("<").append(i).append(">\\n");
        call("write", "{'path':'d/a','content':'" + content + "'}");
        List<ToolResult> results = Objects.requireNonNull(Flux.range(0, 20)
                .flatMap(
                        i -> real.tools.call(
                                real.sandbox,
                                seen,
                                "edit",
                                RealSandboxes.json("{'path':'d/a','old_str':'<" + i + ">','new_str':'done" + i + "'}")),
                        20)
                .map(event -> ((ToolEvent.End) event).result())
                .collectList()
                .block(RealSandboxes.LIMIT));
        assertThat(results).allMatch(ToolResult::success);
        assertThat(real.shell("cat d/a"))
                .isEqualTo(String.join(
                        "\n", IntStream.range(0, 20).mapToObj(i -> "done" + i).toList()));
    }
}
