package dev.sandbar.web.mcp;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Ids of MCP sessions: a random name, signed for one owner and one session. Kept nowhere, so that they are as good after a
 * restart as before. They give no right to anything, which keys do. Thread-safe.
 */
final class ClientIds {

    private static final int NAME_BYTES = 16;
    private static final Pattern FORM = Pattern.compile("([0-9a-f]{32})-([0-9a-f]{64})");

    private final SecureRandom random = new SecureRandom();
    private final SecretKeySpec secret;

    /**
     * @param secret at least 32 random bytes; may be that of other tokens
     */
    ClientIds(byte[] secret) {
        if (secret.length < 32) throw new IllegalArgumentException("the secret has fewer than 32 bytes");
        this.secret = new SecretKeySpec(secret, "HmacSHA256");
    }

    String issue(String owner, String session) {
        byte[] bytes = new byte[NAME_BYTES];
        random.nextBytes(bytes);
        String name = HexFormat.of().formatHex(bytes);
        return name + "-" + tag(name, owner, session);
    }

    /** Whether it was issued for this owner's session. */
    boolean isValid(String id, String owner, String session) {
        Matcher parts = FORM.matcher(id);
        if (!parts.matches()) return false;
        byte[] expected = tag(parts.group(1), owner, session).getBytes(StandardCharsets.US_ASCII);
        return MessageDigest.isEqual(expected, parts.group(2).getBytes(StandardCharsets.US_ASCII));
    }

    /** Neither name nor session can hold a colon. */
    private String tag(String name, String owner, String session) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(secret);
            String signed = "mcp-session:" + name + ":" + session + ":" + owner;
            return HexFormat.of().formatHex(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(missing);
        }
    }
}
