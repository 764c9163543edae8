package dev.sandbar.web.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class JsonInputTests {

    private static final Json REST = new Json(JsonMapper.shared(), 1 << 20);
    private static final Json PROTOBUF = Json.ofProtobuf(JsonMapper.shared(), 1 << 20);

    record Numbers(
            @Nullable Long wide,
            @Nullable Integer narrow,
            @Nullable BigDecimal money) {}

    @ParameterizedTest
    @ValueSource(strings = {"2", "2.0", "2e0", "20e-1", "0.2E1", "2.000"})
    void aWholeNumberIsOneInAnyNotation(String two) {
        for (Json json : List.of(REST, PROTOBUF)) {
            Numbers read = json.parse(utf8("{\"wide\":" + two + ",\"narrow\":" + two + "}"), Numbers.class);
            assertThat(read).isEqualTo(new Numbers(2L, 2, null));
            JsonNode node = json.parse(utf8("{\"a\":[" + two + "]}"), JsonNode.class);
            assertThat(node.path("a").path(0).isIntegralNumber()).isTrue();
            assertThat(node.path("a").path(0).asInt()).isEqualTo(2);
        }
        assertThat(PROTOBUF.parse(utf8("{\"wide\":\"" + two + "\",\"narrow\":\"" + two + "\"}"), Numbers.class))
                .isEqualTo(new Numbers(2L, 2, null));
        refused(REST, "{\"wide\":\"" + two + "\"}", "whole number");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2.5",
                "1e400",
                "1e-400",
                "9223372036854775808",
                "1e19",
                "-1e99999999",
                "true",
                "\"x\"",
                "\"\"",
                "[]"
            })
    void whatIsNoWholeNumberInTheRangeIsRefused(String number) {
        for (Json json : List.of(REST, PROTOBUF)) {
            refused(json, "{\"wide\":" + number + "}", "\"wide\" must be a whole number");
        }
        refused(REST, "{\"narrow\":2147483648}", "\"narrow\" must be a whole number");
    }

    @Test
    void edgesOfTheRangeAndNullAreRead() {
        assertThat(REST.parse(utf8("{\"wide\":-9223372036854775808,\"narrow\":null}"), Numbers.class))
                .isEqualTo(new Numbers(Long.MIN_VALUE, null, null));
        assertThat(PROTOBUF.parse(utf8("{\"wide\":\"9223372036854775807\"}"), Numbers.class))
                .isEqualTo(new Numbers(Long.MAX_VALUE, null, null));
        assertThat(REST.parse(utf8("{\"money\":5.10}"), Numbers.class).money()).isEqualTo(new BigDecimal("5.10"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":\"\\ud83d\"}",
                "{\"a\":\"\\ude00\"}",
                "{\"a\":\"x\\ud83dy\"}",
                "{\"a\":\"\\ude00\\ud83d\"}",
                "{\"a\":[\"\\ud83d\\ud83d\\ude00\"]}",
                "{\"\\ud83d\":1}",
                "{\"a\":{\"b\\udfff\":1}}",
                "\"\\ud83d\""
            })
    void halfOfASurrogatePairIsRefusedInNamesAndValues(String body) {
        for (Json json : List.of(REST, PROTOBUF)) refused(json, body, "surrogate");
    }

    @Test
    void whatIsNoUtf8IsRefused() {
        for (int[] octets : new int[][] {
            {0xff}, {0xc0, 0x80}, {0xc1, 0x81}, {0xed, 0xa0, 0x80}, {0xf5, 0x80, 0x80, 0x80}, {0xe2, 0x82}
        }) {
            byte[] body = new byte[octets.length + 4];
            body[0] = '[';
            body[1] = '"';
            for (int i = 0; i < octets.length; i++) body[i + 2] = (byte) octets[i];
            body[octets.length + 2] = '"';
            body[octets.length + 3] = ']';
            assertThatThrownBy(() -> REST.parse(body, JsonNode.class)).hasMessageContaining("UTF-8");
        }
        assertThatThrownBy(() ->
                        REST.parse("{\"a\":1}".getBytes(java.nio.charset.StandardCharsets.UTF_16LE), JsonNode.class))
                .isInstanceOf(ApiException.class);
    }

    @Test
    void wholePairsAndEscapesAndNulInValuesAreText() {
        String body = "{\"\\ud83d\\ude00\":\"\uD83D\uDE00 \\ud83d\\ude00 \\u0000\"}";
        assertThat((Object) REST.parse(utf8(body), Map.class))
                .isEqualTo(Map.of("\uD83D\uDE00", "\uD83D\uDE00 \uD83D\uDE00 \0"));
        refused(REST, "{\"a\\u0000b\":1}", "NUL");
    }

    @Test
    void membersElementsLevelsAndTokensAreBounded() {
        accepted(object(JsonInput.MOST_MEMBERS));
        refused(REST, object(JsonInput.MOST_MEMBERS + 1), "more than 1024 members");
        refused(REST, "{\"envVars\":" + object(JsonInput.MOST_MEMBERS + 1) + "}", "\"/envVars\" has more than 1024");
        accepted(array(JsonInput.MOST_ELEMENTS));
        refused(REST, array(JsonInput.MOST_ELEMENTS + 1), "more than 32768 elements");
        refused(REST, "{\"args\":" + array(JsonInput.MOST_ELEMENTS + 1) + "}", "\"/args\" has more than 32768");
        accepted("[".repeat(JsonInput.DEEPEST) + "]".repeat(JsonInput.DEEPEST));
        refused(REST, "[".repeat(65) + "]".repeat(65), "more than 64 levels");
        refused(REST, "{\"a\":".repeat(65) + "1" + "}".repeat(65), "more than 64 levels");
        refused(REST, "[".repeat(100_000), "levels");
        String manyArrays = Collections.nCopies(7, array(30_000)).stream().collect(Collectors.joining(",", "[", "]"));
        refused(REST, manyArrays, "more than 200000 names and values");
        refused(REST, "{\"" + "x".repeat(10_000) + "\":1}", "too long");
        refused(REST, "[" + "1".repeat(10_000) + "]", "too long");
    }

    /** 28,000 names with one hash took 0.7 s. */
    @Test
    void namesThatHashAlikeAreCountedBeforeAMapIsBuiltOfThem() {
        List<String> names = new ArrayList<>(List.of(""));
        while (names.size() < 28_000) {
            names = names.stream()
                    .flatMap(name -> java.util.stream.Stream.of(name + "Aa", name + "BB"))
                    .toList();
        }
        assertThat(names.stream().map(String::hashCode).distinct()).hasSize(1);
        String body = names.stream()
                .limit(28_000)
                .map(name -> "\"" + name + "\":\"\"")
                .collect(Collectors.joining(",", "{", "}"));
        refused(REST, body, "more than 1024 members");
    }

    private static String object(int members) {
        return IntStream.range(0, members).mapToObj(i -> "\"k" + i + "\":0").collect(Collectors.joining(",", "{", "}"));
    }

    private static String array(int elements) {
        return String.join(",", Collections.nCopies(elements, "0")).transform(all -> "[" + all + "]");
    }

    private static void accepted(String body) {
        assertThatCode(() -> REST.parse(utf8(body), JsonNode.class)).doesNotThrowAnyException();
    }

    private static void refused(Json json, String body, String why) {
        Class<?> type = body.contains("wide") || body.contains("narrow") ? Numbers.class : JsonNode.class;
        assertThatThrownBy(() -> json.parse(utf8(body), type))
                .isInstanceOf(ApiException.class)
                .hasMessageContaining(why);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }
}
