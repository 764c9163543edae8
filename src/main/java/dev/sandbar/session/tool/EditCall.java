package dev.sandbar.session.tool;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Arguments of {@code edit}.
 *
 * @param oldText its UTF-8 bytes, as Latin-1 (see {@link Octets})
 * @param newText likewise
 */
record EditCall(String path, String oldText, String newText, boolean all, Mode mode) {

    /** What becomes of a place that was found. */
    enum Mode {
        REPLACE,
        APPEND_AFTER,
        PREPEND_BEFORE
    }

    static EditCall of(Arguments arguments) {
        String path = Home.absolute(arguments.path("path"));
        String oldText = arguments.text("old_str");
        String newText = arguments.text("new_str");
        Mode mode = mode(arguments.optionalText("mode"));
        if (oldText.isEmpty()) throw new ToolArgumentException("\"old_str\" must not be empty");
        if (mode == Mode.REPLACE && oldText.equals(newText)) {
            throw new ToolArgumentException("old_str and new_str are identical.");
        }
        return new EditCall(path, octets(oldText), octets(newText), arguments.flag("replace_all"), mode);
    }

    private static String octets(String text) {
        return Octets.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Mode mode(@Nullable String name) {
        if (name == null) return Mode.REPLACE;
        for (Mode mode : Mode.values()) {
            if (mode.name().toLowerCase(Locale.ROOT).equals(name)) return mode;
        }
        throw new ToolArgumentException("\"mode\" must be replace, append_after or prepend_before");
    }
}
