package dev.sandbar.session.tool;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The arguments of one call; whoever takes one says what it may be. Unknown ones are ignored. */
final class Arguments {

    private static final int LONGEST_PATH = 4000;

    private final JsonNode node;

    Arguments(JsonNode node) {
        if (!node.isObject()) throw new ToolArgumentException("The arguments must be an object");
        this.node = node;
    }

    /** A text that processes and files can be given: without NUL and unpaired surrogates where it is none of content. */
    String text(String name) {
        String text = optionalText(name);
        if (text == null) throw new ToolArgumentException("\"" + name + "\" is required");
        return text;
    }

    @Nullable String optionalText(String name) {
        JsonNode value = present(name);
        if (value == null) return null;
        if (!value.isString()) throw new ToolArgumentException("\"" + name + "\" must be a string");
        String text = value.stringValue();
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new ToolArgumentException("\"" + name + "\" holds half of a character (an unpaired surrogate)");
        }
        return text;
    }

    String path(String name) {
        String path = text(name);
        checkPath(name, path);
        return path;
    }

    @Nullable String optionalPath(String name) {
        String path = optionalText(name);
        if (path != null) checkPath(name, path);
        return path;
    }

    private static void checkPath(String name, String path) {
        if (path.isEmpty()) throw new ToolArgumentException("\"" + name + "\" must not be empty");
        checkNoNul(name, path);
        if (path.getBytes(StandardCharsets.UTF_8).length > LONGEST_PATH) {
            throw new ToolArgumentException("\"" + name + "\" must have at most " + LONGEST_PATH + " bytes");
        }
    }

    static void checkNoNul(String name, String text) {
        if (text.indexOf('\0') >= 0) throw new ToolArgumentException("\"" + name + "\" must not hold NUL");
    }

    @Nullable Integer optionalNumber(String name, int least, int most) {
        JsonNode value = present(name);
        if (value == null) return null;
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw new ToolArgumentException("\"" + name + "\" must be a whole number from " + least + " to " + most);
        }
        int number = value.intValue();
        if (number < least || number > most) {
            throw new ToolArgumentException(
                    "\"" + name + "\" must be from " + least + " to " + most + ", not " + number);
        }
        return number;
    }

    boolean flag(String name) {
        JsonNode value = present(name);
        if (value == null) return false;
        if (!value.isBoolean()) throw new ToolArgumentException("\"" + name + "\" must be true or false");
        return value.booleanValue();
    }

    private @Nullable JsonNode present(String name) {
        JsonNode value = node.get(name);
        return value == null || value.isNull() ? null : value;
    }
}
