package dev.sandbar.token;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;

/**
 * Tokens as text: {@code sbt1.<key>.<sandbox>.<owner>.<audience>.<expiry>.<generation>.<tag>}, where the tag is the
 * HMAC-SHA256 of all that stands before its dot. Nothing is read before the tag was found right.
 */
final class TokenFormat {

    private static final String VERSION = "sbt1";
    private static final int PARTS = 8;
    private static final int LONGEST = 1024;

    private TokenFormat() {}

    static String sign(Claims claims, TokenKey key) {
        String signed = String.join(
                ".",
                VERSION,
                key.id(),
                claims.sandboxId(),
                claims.owner(),
                claims.audience(),
                Long.toString(claims.expiresAt().toEpochMilli()),
                Long.toString(claims.generation()));
        return signed + "." + tag(signed, key);
    }

    /** What a token of this service says, expired or not; refuses everything else in one and the same way. */
    static Claims open(String presented, KeyRing ring) {
        String[] parts = presented.length() > LONGEST ? new String[0] : presented.split("\\.", -1);
        if (parts.length != PARTS || !parts[0].equals(VERSION)) throw TokenException.malformed();
        TokenKey key = ring.find(parts[1]);
        if (key == null) throw TokenException.malformed();
        String signed = presented.substring(0, presented.lastIndexOf('.'));
        if (!MessageDigest.isEqual(bytes(tag(signed, key)), bytes(parts[7]))) throw TokenException.malformed();
        Instant expiresAt = Instant.ofEpochMilli(Long.parseLong(parts[5]));
        return new Claims(parts[2], parts[3], parts[4], expiresAt, Long.parseLong(parts[6]));
    }

    private static String tag(String signed, TokenKey key) {
        try {
            Mac mac = Mac.getInstance(TokenKey.ALGORITHM);
            mac.init(key.secret());
            return Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal(bytes(signed)));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(missing);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
