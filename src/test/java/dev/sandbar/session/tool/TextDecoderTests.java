package dev.sandbar.session.tool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class TextDecoderTests {

    @Test
    void charactersAreWholeWhereverTheyAreCut() {
        byte[] bytes = "a\u00e4\u20ac\ud83d\ude00z".getBytes(UTF_8);
        TextDecoder decoder = new TextDecoder();
        StringBuilder text = new StringBuilder();
        for (byte each : bytes) text.append(decoder.take(new byte[] {each}));
        assertThat(text + decoder.end()).isEqualTo("a\u00e4\u20ac\ud83d\ude00z");
    }

    @Test
    void halfACharacterAtTheEndIsShown() {
        TextDecoder decoder = new TextDecoder();
        assertThat(decoder.take(new byte[] {'a', (byte) 0xe2, (byte) 0x82})).isEqualTo("a");
        assertThat(decoder.end()).isEqualTo("\ufffd");
    }

    @RepeatedTest(100)
    void anyBytesInAnyPiecesGiveTheSameText(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        byte[] bytes = new byte[200];
        random.nextBytes(bytes);
        TextDecoder decoder = new TextDecoder();
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < bytes.length; ) {
            int end = Math.min(bytes.length, at + 1 + random.nextInt(7));
            text.append(decoder.take(Arrays.copyOfRange(bytes, at, end)));
            at = end;
        }
        assertThat(text + decoder.end()).isEqualTo(new String(bytes, UTF_8));
    }
}
