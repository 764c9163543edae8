package dev.sandbar.web.http;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What a body has to be by the digests in its head (RFC 9530). Both of its fields mean the bytes as they are sent: a body that
 * is packed is compared before it is unpacked.
 */
public final class SentDigests {

    private static final Pattern MEMBER = Pattern.compile("([a-z0-9_*.-]+)=:([A-Za-z0-9+/=]*):(\\s*;.*)?");

    private final List<Named> all;

    private record Named(String field, BodyDigest digest, String value) {}

    private SentDigests(List<Named> all) {
        this.all = all;
    }

    /** Whether a head names a digest of its body. */
    public static boolean are(HttpHeaders head) {
        return head.containsHeader(BodyDigest.CONTENT_DIGEST) || head.containsHeader(BodyDigest.REPR_DIGEST);
    }

    /** Those of a head, which may hold none; {@link ApiException} 400 for what can't be read or isn't known here. */
    public static SentDigests of(HttpHeaders head) {
        List<Named> all = new ArrayList<>();
        read(head, BodyDigest.CONTENT_DIGEST, all);
        read(head, BodyDigest.REPR_DIGEST, all);
        return new SentDigests(all);
    }

    private static void read(HttpHeaders head, String field, List<Named> all) {
        if (!head.containsHeader(field)) return;
        int before = all.size();
        for (String member : BodyDigest.members(head, field)) {
            Matcher parts = MEMBER.matcher(member);
            if (!parts.matches()) throw ApiException.invalid(field + " must be like sha-256=:BASE64:");
            String value = BodyDigest.value(parts.group(1), decoded(field, parts.group(2)));
            BodyDigest.by(parts.group(1)).ifPresent(digest -> all.add(new Named(field, digest, value)));
        }
        if (all.size() == before)
            throw ApiException.invalid(field + " is compared by sha-256 and sha-512: send one of these");
    }

    private static byte[] decoded(String field, String value) {
        try {
            return Base64.getDecoder().decode(value);
        } catch (IllegalArgumentException broken) {
            throw ApiException.invalid(field + " must be like sha-256=:BASE64:");
        }
    }

    /** The body, which ends with {@link ApiException} 400 where it isn't what it has to be. For one subscriber. */
    public Flux<byte[]> verify(Flux<byte[]> body) {
        return all.isEmpty() ? body : body.map(this::add).concatWith(Mono.defer(this::compare));
    }

    private byte[] add(byte[] bytes) {
        all.forEach(named -> named.digest().add(bytes));
        return bytes;
    }

    private Mono<byte[]> compare() {
        for (Named named : all) {
            String is = named.digest().value();
            if (!is.equals(named.value())) {
                return Mono.error(ApiException.invalid(
                        named.field() + " isn't that of the bytes that came, " + is + ": nothing was written"));
            }
        }
        return Mono.empty();
    }
}
