package dev.sandbar.session.tool;

/** How alike two texts have to be, from strict to loose. */
enum Likeness {
    /** Byte for byte. */
    EXACT(""),
    /** But for carriage returns at the ends of lines. */
    LINE_ENDS(""),
    /** Without blanks at the ends of lines too. */
    TRAILING(" (matched after trimming trailing whitespace)"),
    /** Without those at their begins too. */
    AROUND(" (matched after trimming whitespace)"),
    /** With plain dashes, quotes and spaces in place of typographic ones too. */
    TYPOGRAPHY(" (matched after unicode normalization)");

    private final String note;

    Likeness(String note) {
        this.note = note;
    }

    /** For whoever asked for the exact text. */
    String note() {
        return note;
    }

    boolean trimsEnds() {
        return compareTo(TRAILING) >= 0;
    }

    boolean trimsBegins() {
        return compareTo(AROUND) >= 0;
    }
}
