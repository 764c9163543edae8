package dev.sandbar.web.http;

import java.util.Collection;
import java.util.Map;

/** What JSON calls Java's types. */
final class JsonTypes {

    private JsonTypes() {}

    static String name(Class<?> type) {
        if (type == String.class) return "a string";
        if (type == Boolean.class || type == boolean.class) return "true or false";
        if (type == Integer.class || type == Long.class || type == int.class || type == long.class) {
            return "a whole number in its range";
        }
        if (Number.class.isAssignableFrom(type)) return "a number";
        if (Collection.class.isAssignableFrom(type) || type.isArray()) return "an array";
        return Map.class.isAssignableFrom(type) || type.isRecord() ? "an object" : "of another type";
    }
}
