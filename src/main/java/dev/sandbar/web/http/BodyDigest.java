package dev.sandbar.web.http;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;

/** The digest of one body by RFC 9530, as its bytes come by; by one thread at a time. */
public final class BodyDigest {

    /** Of the bytes of a message's body, as they are sent. */
    public static final String CONTENT_DIGEST = "Content-Digest";

    /** Of what is described as a whole, also where only a part of it is sent. */
    public static final String REPR_DIGEST = "Repr-Digest";

    private static final Set<String> ALGORITHMS = Set.of("sha-256", "sha-512");
    private static final Pattern WISH = Pattern.compile("([a-z0-9_*.-]+)=(\\d{1,2})");

    private final String algorithm;
    private final MessageDigest digest;

    private BodyDigest(String algorithm) {
        this.algorithm = algorithm;
        try {
            this.digest = MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException(missing);
        }
    }

    /** By this algorithm; empty for one that isn't known here. */
    static Optional<BodyDigest> by(String algorithm) {
        return ALGORITHMS.contains(algorithm) ? Optional.of(new BodyDigest(algorithm)) : Optional.empty();
    }

    /**
     * The one that a client wants, by the algorithm that it likes most; empty for none, and where it knows others only.
     *
     * @param field {@link #CONTENT_DIGEST} or {@link #REPR_DIGEST}, wanted by {@code Want-} and that name
     */
    public static Optional<BodyDigest> wanted(HttpHeaders head, String field) {
        String best = "";
        int liked = 0;
        for (String member : members(head, "Want-" + field)) {
            Matcher wish = WISH.matcher(member);
            if (!wish.matches() || !ALGORITHMS.contains(wish.group(1))) continue;
            int weight = Integer.parseInt(wish.group(2));
            if (weight > liked) best = wish.group(1);
            liked = Math.max(liked, weight);
        }
        return by(best);
    }

    static List<String> members(HttpHeaders head, String field) {
        return head.getOrEmpty(field).stream()
                .flatMap(line -> Arrays.stream(line.split(",", -1)))
                .map(String::strip)
                .toList();
    }

    /** Takes the next bytes, and gives them back. */
    public byte[] add(byte[] bytes) {
        digest.update(bytes);
        return bytes;
    }

    /** Of all that was added, as a field's value; to be asked for once. */
    public String value() {
        return value(algorithm, digest.digest());
    }

    static String value(String algorithm, byte[] digest) {
        return algorithm + "=:" + Base64.getEncoder().encodeToString(digest) + ":";
    }
}
