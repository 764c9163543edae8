package dev.sandbar.web.http;

import java.math.BigDecimal;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.deser.std.StdScalarDeserializer;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NumericNode;

/** Whole numbers in any notation: JSON knows one kind of number, so 2, 2.0 and 2e0 are the same. */
final class WholeNumbers {

    private static final int LONGEST_TEXT = 64;
    private static final double EXACT = 1L << 53;

    private WholeNumbers() {}

    /** @param texts whether they may come as strings too */
    static SimpleModule module(boolean texts) {
        return new SimpleModule("sandbar whole numbers")
                .addDeserializer(Long.class, new Whole<>(Long.class, texts, Long::valueOf))
                .addDeserializer(Integer.class, new Whole<>(Integer.class, texts, Math::toIntExact));
    }

    /** Nodes for values whose type is known later. */
    static JsonNodeFactory nodes() {
        return new Nodes();
    }

    /** Numbers that are whole are so, however they were written. */
    private static final class Nodes extends JsonNodeFactory {

        private static final long serialVersionUID = 1L;

        @Override
        public NumericNode numberNode(double number) {
            boolean whole = Math.rint(number) == number && Math.abs(number) <= EXACT;
            return whole ? numberNode((long) number) : super.numberNode(number);
        }
    }

    @FunctionalInterface
    private interface Narrowing<T> {
        /** Fails with {@link ArithmeticException} where the number isn't in the range. */
        T narrow(long number);
    }

    private static final class Whole<T> extends StdScalarDeserializer<T> {

        private final boolean texts;
        private final Narrowing<T> narrowing;

        Whole(Class<T> type, boolean texts, Narrowing<T> narrowing) {
            super(type);
            this.texts = texts;
            this.narrowing = narrowing;
        }

        @Override
        public T deserialize(JsonParser parser, DeserializationContext context) {
            try {
                return narrowing.narrow(number(parser).longValueExact());
            } catch (ArithmeticException | NumberFormatException other) {
                throw MismatchedInputException.from(parser, handledType(), "no whole number in the range");
            }
        }

        private BigDecimal number(JsonParser parser) {
            if (parser.currentToken().isNumeric()) return parser.getDecimalValue();
            boolean text = texts && parser.hasToken(JsonToken.VALUE_STRING) && parser.getStringLength() <= LONGEST_TEXT;
            if (!text) throw new NumberFormatException("no number");
            return new BigDecimal(parser.getString());
        }
    }
}
