package dev.sandbar.token;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Short-lived credentials of one session, for what can send no headers: signed, bound to session, owner and expiry, kept
 * nowhere. Not revocable, so they have to be short-lived and to allow little. Thread-safe; nothing blocks.
 */
public final class SessionTickets {

    /** How long a ticket is valid where nobody asks for another time. */
    public static final Duration USUAL = Duration.ofMinutes(1);

    /** The longest validity. */
    public static final Duration LONGEST = Duration.ofMinutes(10);

    private static final Pattern FORM = Pattern.compile("([\\w-]{0,1000})\\.(\\d{1,15})\\.([\\w-]{43})");
    private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

    private final SecretKeySpec secret;
    private final Clock clock;

    /**
     * @param secret at least 32 random bytes; may be that of other tokens
     */
    public SessionTickets(byte[] secret, Clock clock) {
        if (secret.length < 32) throw new IllegalArgumentException("the secret has fewer than 32 bytes");
        this.secret = new SecretKeySpec(secret, "HmacSHA256");
        this.clock = clock;
    }

    /** A ticket and its end. */
    public record Ticket(String text, Instant expiresAt) {

        /** Without the ticket, which is a secret. */
        @Override
        public String toString() {
            return "Ticket[" + expiresAt + "]";
        }
    }

    /** A ticket for this owner's session. */
    public Ticket issue(String owner, String session, Duration validity) {
        if (validity.isNegative() || validity.isZero() || validity.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a ticket can't be valid for " + validity);
        }
        long end = clock.instant().plus(validity).toEpochMilli();
        String name = ENCODER.encodeToString(owner.getBytes(StandardCharsets.UTF_8));
        return new Ticket(name + "." + end + "." + tag(name, session, end), Instant.ofEpochMilli(end));
    }

    /** Whose ticket this is; {@link TokenException} where it is none for this session, or has expired. */
    public String ownerOf(String session, String presented) {
        Matcher parts = FORM.matcher(presented);
        if (!parts.matches()) throw TokenException.noTicket();
        long end = Long.parseLong(parts.group(2));
        byte[] expected = tag(parts.group(1), session, end).getBytes(StandardCharsets.US_ASCII);
        boolean ours = MessageDigest.isEqual(expected, parts.group(3).getBytes(StandardCharsets.US_ASCII));
        if (!ours) throw TokenException.noTicket();
        if (end <= clock.millis()) throw TokenException.ticketExpired();
        return new String(Base64.getUrlDecoder().decode(parts.group(1)), StandardCharsets.UTF_8);
    }

    /** None of the parts before the session can hold a colon. */
    private String tag(String owner, String session, long end) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(secret);
            String signed = "session-ticket:" + owner + ":" + end + ":" + session;
            return ENCODER.encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(missing);
        }
    }
}
