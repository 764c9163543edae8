package dev.sandbar.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SavedTokensJsonTests {

    private final SavedTokensJson json = new SavedTokensJson();

    @Test
    void readsWhatItHasWritten() throws IOException {
        SavedTokens saved = new SavedTokens();
        saved.put("a", new SavedToken("s3cret\"\u00e4", URI.create("https://gate.example/x"), 10, 20, true));
        saved.put("b", new SavedToken("other", null, 11, 21, null));
        saved.drop("c", 9);
        saved.clear(3);
        assertThat(json.read(json.write(saved))).isEqualTo(saved);
    }

    @Test
    void sameTokensGiveTheSameBytes() {
        SavedTokens one = new SavedTokens();
        SavedTokens other = new SavedTokens();
        for (int i = 0; i < 100; i++) {
            one.put("sb" + i, new SavedToken("t", null, 1, 2, null));
            other.put("sb" + (99 - i), new SavedToken("t", null, 1, 2, null));
        }
        assertThat(json.write(one)).isEqualTo(json.write(other));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "[]",
                "{",
                "12",
                "{}",
                "{\"version\":1}",
                "{\"version\":0,\"sandboxes\":{}}",
                "{\"version\":1,\"sandboxes\":[]}",
                "\u0000\u0001",
                "{\"version\":1,\"sandboxes\":{}} {",
                "not json"
            })
    void rubbishIsCorrupt(String content) {
        assertThatThrownBy(() -> read(content)).isInstanceOf(SavedTokensJson.CorruptException.class);
    }

    @Test
    void whatWasCutOffIsCorrupt() {
        SavedTokens saved = new SavedTokens();
        saved.put("a", new SavedToken("t", null, 10, 20, null));
        byte[] whole = json.write(saved);
        for (int length = 0; length < whole.length; length++) {
            String part = new String(whole, 0, length, StandardCharsets.UTF_8);
            assertThatThrownBy(() -> read(part)).isInstanceOf(SavedTokensJson.CorruptException.class);
        }
    }

    @Test
    void noBytesAtAllMakeItThrowAnythingElse() throws IOException {
        SavedTokens saved = new SavedTokens();
        saved.put("a", new SavedToken("t", URI.create("https://gate.example"), 10, 20, false));
        byte[] whole = json.write(saved);
        Random random = new Random(1);
        for (int i = 0; i < 5_000; i++) {
            byte[] changed = whole.clone();
            changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            try {
                json.read(changed);
            } catch (SavedTokensJson.CorruptException | SavedTokensJson.NewerException refused) {
                assertThat(refused).hasNoCause();
            }
        }
    }

    @Test
    void errorsDoNotQuoteTheContent() {
        assertThatThrownBy(() -> read("{\"version\":1,\"sandboxes\":{\"a\":{\"token\":\"s3cret\" oops"))
                .hasNoCause()
                .message()
                .doesNotContain("s3cret");
    }

    @Test
    void newerVersionIsNotTakenForRubbish() {
        assertThatThrownBy(() -> read("{\"version\":2,\"tokens\":[]}"))
                .isInstanceOf(SavedTokensJson.NewerException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "7",
                "null",
                "{}",
                "{\"token\":\"t\"}",
                "{\"token\":7,\"issuedAt\":1,\"expiresAt\":2}",
                "{\"token\":\"t\",\"issuedAt\":\"soon\",\"expiresAt\":2}",
                "{\"token\":\"\",\"issuedAt\":1,\"expiresAt\":2}",
                "{\"token\":\"t\",\"issuedAt\":1,\"expiresAt\":2,\"gatewayUrl\":\":// no\"}",
                "{\"token\":\"t\",\"issuedAt\":1,\"expiresAt\":99999999999999999999}"
            })
    void unreadableEntryIsLeftOutAndTheOthersStay(String entry) throws IOException {
        String good = "{\"token\":\"t\",\"issuedAt\":1,\"expiresAt\":2}";
        SavedTokens read = read("{\"version\":1,\"sandboxes\":{\"bad\":" + entry + ",\"good\":" + good + "}}");
        assertThat(read.tokens()).containsOnlyKeys("good");
    }

    private SavedTokens read(String content) throws IOException {
        return json.read(content.getBytes(StandardCharsets.UTF_8));
    }
}
