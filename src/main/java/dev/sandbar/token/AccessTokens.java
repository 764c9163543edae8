package dev.sandbar.token;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The long-lived access token of each sandbox: derived from a secret, so that it survives restarts. Thread-safe. */
public final class AccessTokens {

    private static final String PREFIX = "ea_";
    private static final Pattern FORM = Pattern.compile(PREFIX + "[0-9a-f]{64}");

    private final SecretKeySpec secret;

    /**
     * @param secret at least 32 random bytes, kept for as long as tokens shall be valid
     */
    public AccessTokens(byte[] secret) {
        if (secret.length < 32) throw new IllegalArgumentException("the secret has fewer than 32 bytes");
        this.secret = new SecretKeySpec(secret, "HmacSHA256");
    }

    /** The token of this sandbox. */
    public String of(String sandboxId) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(secret);
            byte[] tag = mac.doFinal(("sandbox-access:" + sandboxId).getBytes(StandardCharsets.UTF_8));
            return PREFIX + HexFormat.of().formatHex(tag);
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(missing);
        }
    }

    /** Whether this may be a token of some sandbox. */
    public static boolean hasForm(String text) {
        return FORM.matcher(text).matches();
    }

    /** Whether this is the sandbox's token; takes the same time for every one that is presented. */
    public boolean matches(String sandboxId, String presented) {
        return MessageDigest.isEqual(
                of(sandboxId).getBytes(StandardCharsets.UTF_8), presented.getBytes(StandardCharsets.UTF_8));
    }
}
