package dev.sandbar.web.http;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/** Amounts in US dollars, which are counted in millionths. */
public final class Money {

    private static final int DIGITS = 6;
    private static final BigDecimal MOST = BigDecimal.valueOf(1_000_000);

    private Money() {}

    /** As clients see it. */
    public static BigDecimal usd(long micros) {
        BigDecimal amount = BigDecimal.valueOf(micros, DIGITS).stripTrailingZeros();
        return amount.scale() < 0 ? amount.setScale(0) : amount;
    }

    /** In millionths; null for none. {@link ApiException} 400 for what is no amount. */
    public static @Nullable Long micros(String field, @Nullable BigDecimal usd) {
        if (usd == null) return null;
        if (usd.signum() < 0 || usd.compareTo(MOST) > 0) {
            throw ApiException.invalid("\"" + field + "\" must be from 0 to " + MOST + " US dollars");
        }
        if (usd.stripTrailingZeros().scale() > DIGITS) {
            throw ApiException.invalid("\"" + field + "\" must have at most " + DIGITS + " digits behind the point");
        }
        return usd.movePointRight(DIGITS).longValueExact();
    }
}
