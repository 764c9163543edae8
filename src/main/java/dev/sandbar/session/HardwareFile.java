package dev.sandbar.session;

import dev.sandbar.runtime.SandboxSpec.Limits;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** A hardware catalogue as it is written down. */
record HardwareFile(String standard, List<Hardware> sizes) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{0,63}");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})(MB|GB)");
    private static final Set<String> FIELDS =
            Set.of("cpus", "memory", "disk", "processes", "gpus", "usd-per-hour", "runtimes");
    private static final BigDecimal MICROS = BigDecimal.valueOf(1_000_000);

    static HardwareFile read(String yaml, String source, Limits usual) {
        try {
            Object root = new Yaml(new SafeConstructor(new LoaderOptions())).load(yaml);
            Map<?, ?> fields = map(root, "the whole file");
            List<Hardware> sizes = new ArrayList<>();
            for (Map.Entry<?, ?> size :
                    map(fields.get("hardware"), "\"hardware\"").entrySet()) {
                sizes.add(size(String.valueOf(size.getKey()), size.getValue(), usual));
            }
            return new HardwareFile(String.valueOf(fields.get("default")), sizes);
        } catch (YAMLException | IllegalArgumentException | ArithmeticException wrong) {
            String line = String.valueOf(wrong.getMessage()).lines().findFirst().orElse("");
            throw new HardwareException("The hardware catalogue " + source + " can't be used: " + line + ".");
        }
    }

    private static Hardware size(String name, @Nullable Object value, Limits usual) {
        if (!NAME.matcher(name).matches()) throw new IllegalArgumentException("\"" + name + "\" is no name for a size");
        Map<?, ?> fields = map(value, "\"" + name + "\"");
        for (Object field : fields.keySet()) {
            if (!FIELDS.contains(String.valueOf(field))) {
                throw new IllegalArgumentException("\"" + name + "\" has an unknown field \"" + field + "\"");
            }
        }
        Limits limits = new Limits(
                number(fields, "cpus", usual.cpus()),
                megabytes(fields, "memory", usual.memoryMiB()),
                megabytes(fields, "disk", usual.diskMiB()),
                number(fields, "processes", usual.processes()));
        return new Hardware(name, limits, number(fields, "gpus", 0), price(name, fields), runtimes(name, fields));
    }

    private static Map<?, ?> map(@Nullable Object value, String what) {
        if (value instanceof Map<?, ?> map) return map;
        throw new IllegalArgumentException(what + " must be fields with values");
    }

    private static int number(Map<?, ?> fields, String field, int usual) {
        Object value = fields.get(field);
        if (value == null) return usual;
        if (value instanceof Integer number && number >= 0) return number;
        throw new IllegalArgumentException("\"" + field + "\" must be a whole number, not \"" + value + "\"");
    }

    private static int megabytes(Map<?, ?> fields, String field, int usual) {
        Object value = fields.get(field);
        if (value == null) return usual;
        Matcher size = SIZE.matcher(String.valueOf(value));
        if (!size.matches()) {
            throw new IllegalArgumentException("\"" + field + "\" must be like 512MB or 2GB, not \"" + value + "\"");
        }
        return Math.multiplyExact(Integer.parseInt(size.group(1)), size.group(2).equals("GB") ? 1024 : 1);
    }

    private static long price(String name, Map<?, ?> fields) {
        Object value = fields.get("usd-per-hour");
        if (value == null) throw new IllegalArgumentException("\"" + name + "\" has no \"usd-per-hour\"");
        BigDecimal price = new BigDecimal(String.valueOf(value));
        if (price.signum() < 0) throw new IllegalArgumentException("the price of \"" + name + "\" is below zero");
        return price.multiply(MICROS).longValueExact();
    }

    /** Null where every runtime offers it. */
    private static @Nullable Set<String> runtimes(String name, Map<?, ?> fields) {
        Object value = fields.get("runtimes");
        if (value == null) return null;
        if (value instanceof List<?> names) {
            return Set.copyOf(names.stream().map(String::valueOf).toList());
        }
        throw new IllegalArgumentException("\"runtimes\" of \"" + name + "\" must be a list");
    }
}
