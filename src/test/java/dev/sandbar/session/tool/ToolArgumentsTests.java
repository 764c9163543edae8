package dev.sandbar.session.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class ToolArgumentsTests {

    private final ToolBed bed = new ToolBed();

    @AfterEach
    void end() {
        bed.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "bash  | {}                                     | \"command\" is required",
                "bash  | []                                     | The arguments must be an object",
                "bash  | {'command':1}                          | \"command\" must be a string",
                "bash  | {'command':'  '}                       | \"command\" must not be empty",
                "bash  | {'command':'a\\u0000'}                 | \"command\" must not hold NUL",
                "bash  | {'command':'a\\ud800'}                 | \"command\" holds half of a character (an unpaired surrogate)",
                "bash  | {'command':'a','timeout':1201}         | \"timeout\" must be from 1 to 1200, not 1201",
                "bash  | {'command':'a','timeout':0}            | \"timeout\" must be from 1 to 1200, not 0",
                "bash  | {'command':'a','timeout':1.5}          | \"timeout\" must be a whole number from 1 to 1200",
                "bash  | {'command':'a','work_dir':''}          | \"work_dir\" must not be empty",
                "bash  | {'command':'a','description':{}}       | \"description\" must be a string",
                "read  | {'path':''}                            | \"path\" must not be empty",
                "read  | {'path':'a','limit':0}                 | \"limit\" must be from 1 to 2147483647, not 0",
                "read  | {'path':'a','offset':-1}               | \"offset\" must be from 0 to 2147483647, not -1",
                "read  | {'path':'a','offset':99999999999}      | \"offset\" must be a whole number from 0 to 2147483647",
                "write | {'path':'a'}                           | \"content\" is required",
                "write | {'path':'a/','content':''}             | \"path\" must name a file, not a directory",
                "edit  | {'path':'a','old_str':'','new_str':'x'}| \"old_str\" must not be empty",
                "edit  | {'path':'a','old_str':'x','new_str':'x'}| old_str and new_str are identical.",
                "edit  | {'path':'a','old_str':'x','new_str':'y','replace_all':1}| \"replace_all\" must be true or false",
                "edit  | {'path':'a','old_str':'x','new_str':'y','mode':'x'}| \"mode\" must be replace, append_after or prepend_before",
                "other | {}                                     | There is no tool \"other\", but there are bash, read, write, edit",
            })
    void wrongArgumentsAreNamedBeforeTheSandboxIsTouched(String tool, String arguments, String message) {
        JsonNode json = ToolBed.json(arguments);
        assertThatThrownBy(() -> bed.tools.check(tool, json))
                .isInstanceOf(ToolArgumentException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> bed.tools.call(bed.sandbox, new ReadFiles(), tool, json))
                .isInstanceOf(ToolArgumentException.class)
                .hasMessage(message);
        assertThat(bed.agent.calls).isEmpty();
    }

    @Test
    void tooLongTextsAreRefused() {
        assertThatThrownBy(() -> bed.tools.check("read", ToolBed.json("{'path':'" + "x".repeat(5000) + "'}")))
                .hasMessage("\"path\" must have at most 4000 bytes");
        assertThatThrownBy(() -> bed.tools.check("bash", ToolBed.json("{'command':'" + "x".repeat(130_000) + "'}")))
                .hasMessageStartingWith("\"command\" must have at most 120000 bytes");
    }

    @Test
    void unknownArgumentsAndNullsAreIgnored() {
        assertThatCode(() -> bed.tools.check("bash", ToolBed.json("{'command':'a','timeout':null,'more':[]}")))
                .doesNotThrowAnyException();
    }

    @Test
    void descriptionsTellWhatIsThereAndHaveSchemasOfAllArguments() {
        assertThat(bed.tools.descriptions().stream().map(ToolDescription::name))
                .containsExactly("bash", "read", "write", "edit");
        for (ToolDescription each : bed.tools.descriptions()) {
            JsonNode schema = ToolBed.json(each.inputSchema());
            assertThat(schema.get("type").stringValue()).isEqualTo("object");
            assertThat(schema.get("required"))
                    .allMatch(name -> schema.get("properties").has(name.stringValue()));
        }
        assertThat(bed.tools.descriptions().get(0).description())
                .contains("need not create one first", "stay from call to call", "nohup", "25,000", "1200");
    }

    @Test
    void environmentIsNotShown() {
        ToolSandbox sandbox = new ToolSandbox("s", bed.agent, Map.of("KEY", "secret"));
        assertThat(sandbox.toString()).doesNotContain("secret");
    }

    @Test
    void onlyTheFilesUsedLastAreRemembered() {
        ReadFiles seen = new ReadFiles();
        for (int i = 0; i < ReadFiles.MOST; i++) seen.put("/" + i, "h");
        assertThat(seen.get("/0")).isEqualTo("h");
        seen.put("/more", "h");
        assertThat(seen.get("/0")).isEqualTo("h");
        assertThat(seen.get("/1")).isNull();
    }
}
