package dev.sandbar.web.http;

import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * The one door by which JSON comes in: read through once before anything is built of it, so that what is built is bounded
 * and holds well-formed text only.
 *
 * <p>Members of an object are bounded for the sake of time too: names may be chosen so that all of them hash alike.
 */
final class JsonInput {

    static final int DEEPEST = 64;
    static final int MOST_MEMBERS = 1024;
    static final int MOST_ELEMENTS = 32_768;
    static final int MOST_TOKENS = 200_000;
    private static final int LONGEST_NAME = 4096;

    /** Keeps no table of the names that it has read: such a table is shared by all. Depth is looked at here, with words. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(2 * DEEPEST)
                    .maxNameLength(LONGEST_NAME)
                    .maxStringLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private final int[] counts = new int[DEEPEST + 1];
    private final JsonParser parser;
    private int depth;
    private int tokens;

    private JsonInput(JsonParser parser) {
        this.parser = parser;
    }

    /** A parser of bytes that have been looked through; {@link ApiException} 400 says what is too much or no text. */
    static JsonParser parser(byte[] bytes) {
        if (!Unicode.isUtf8(bytes)) throw ApiException.invalid("The body must be UTF-8");
        try (JsonParser parser = open(bytes)) {
            new JsonInput(parser).check();
        }
        return open(bytes);
    }

    private static JsonParser open(byte[] bytes) {
        Reader text = new InputStreamReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8);
        return FACTORY.createParser(ObjectReadContext.empty(), text);
    }

    private void check() {
        for (JsonToken token; (token = parser.nextToken()) != null; ) {
            if (++tokens > MOST_TOKENS) throw tooMuch("The body", MOST_TOKENS, "names and values");
            check(token);
        }
    }

    private void check(JsonToken token) {
        switch (token) {
            case START_OBJECT, START_ARRAY -> {
                countElement();
                if (++depth > DEEPEST) throw tooMuch("The body", DEEPEST, "levels");
                counts[depth] = 0;
            }
            case END_OBJECT, END_ARRAY -> depth--;
            case PROPERTY_NAME -> checkName();
            case VALUE_STRING -> {
                countElement();
                checkText("The text");
            }
            default -> countElement();
        }
    }

    private void countElement() {
        if (depth == 0 || !parser.streamReadContext().inArray()) return;
        if (++counts[depth] > MOST_ELEMENTS) throw tooMuch("An array" + place(), MOST_ELEMENTS, "elements");
    }

    private void checkName() {
        if (++counts[depth] > MOST_MEMBERS) throw tooMuch("An object" + place(), MOST_MEMBERS, "members");
        checkText("A name");
        if (parser.currentName().indexOf('\0') >= 0) throw ApiException.invalid("A name" + place() + " holds NUL");
    }

    private void checkText(String what) {
        char[] text = parser.getStringCharacters();
        if (Unicode.isWhole(text, parser.getStringOffset(), parser.getStringLength())) return;
        throw ApiException.invalid(
                what + place() + " is no well-formed Unicode: half of a surrogate pair stands alone");
    }

    private static ApiException tooMuch(String what, int most, String unit) {
        return ApiException.invalid(what + " has more than " + most + " " + unit + ", which is the limit");
    }

    /** By names only that have been looked at: those of what is around. */
    private String place() {
        var around = parser.streamReadContext().getParent();
        String path = around == null ? "" : around.pathAsPointer().toString();
        return path.isEmpty() ? "" : " in \"" + path + "\"";
    }
}
