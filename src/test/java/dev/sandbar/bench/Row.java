package dev.sandbar.bench;

import java.util.Locale;

/** One line of the result; empty where there is nothing to say. */
record Row(String what, String ours, String floor, String ratio, String goal, String met) {

    /** Times in milliseconds against a floor, both limits to be kept. */
    static Row times(String what, Samples ours, Samples floor, double most, double longest) {
        double ratio = ours.p50() / floor.p50();
        boolean met = ratio <= most && ours.p50() <= longest;
        String goal = longest == Double.MAX_VALUE
                ? format("at most %sx", number(most))
                : format("at most %sx, %s ms", number(most), number(longest));
        return new Row(what, millis(ours), millis(floor), format("%.2fx", ratio), goal, yes(met));
    }

    /** Times in milliseconds that have a limit of their own, with something to compare beside. */
    static Row limit(String what, Samples ours, Samples beside, double longest) {
        String goal = format("at most %s ms", number(longest));
        return new Row(what, millis(ours), millis(beside), "", goal, yes(ours.p50() <= longest));
    }

    /** Times in milliseconds with something to compare beside, without a limit. */
    static Row compared(String what, Samples ours, Samples beside) {
        return new Row(what, millis(ours), millis(beside), format("%.2fx", ours.p50() / beside.p50()), "", "");
    }

    static Row note(String what, String ours, String floor) {
        return new Row(what, ours, floor, "", "", "");
    }

    static String millis(Samples samples) {
        return format("%.2f / %.2f ms", samples.p50(), samples.p95());
    }

    static String yes(boolean met) {
        return met ? "met" : "NOT MET";
    }

    static String format(String text, Object... values) {
        return String.format(Locale.ROOT, text, values);
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    @Override
    public String toString() {
        return format("  %-42s %-20s %-20s %7s   %-19s %s", what, ours, floor, ratio, goal, met)
                .stripTrailing();
    }
}
