package dev.sandbar.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Instant;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenFormatTests {

    private static final TokenKey KEY = TokenKey.random(new SecureRandom(), Instant.EPOCH);
    private static final KeyRing RING = KeyRing.of(KEY);
    private static final Claims CLAIMS =
            new Claims("i1", Claims.ownerOf("ann"), "here", Instant.ofEpochMilli(1_800_000_000_123L), 7);
    private static final String TOKEN = TokenFormat.sign(CLAIMS, KEY);

    @Test
    void tokenSaysWhatWasSigned() {
        assertThat(TokenFormat.open(TOKEN, RING)).isEqualTo(CLAIMS);
        assertThat(TokenFormat.sign(CLAIMS, KEY)).isEqualTo(TOKEN);
    }

    @Test
    void tokenFitsIntoAHeaderAndDoesNotNameTheOwner() {
        Claims longest =
                new Claims("i".repeat(32), Claims.ownerOf("annabel".repeat(1000)), "here", Instant.now(), 1L << 40);
        assertThat(TokenFormat.sign(longest, KEY))
                .matches("[A-Za-z0-9._-]{1,250}")
                .doesNotContain("annabel");
    }

    @Test
    void everyFlippedBitIsNoticed() {
        for (int i = 0; i < TOKEN.length(); i++) {
            for (int bit = 0; bit < 16; bit++) {
                StringBuilder changed = new StringBuilder(TOKEN);
                changed.setCharAt(i, (char) (TOKEN.charAt(i) ^ (1 << bit)));
                refused(changed.toString());
            }
        }
    }

    @Test
    void everyByteThatIsMissingOrTooMuchIsNoticed() {
        for (int i = 0; i < TOKEN.length(); i++) {
            refused(new StringBuilder(TOKEN).deleteCharAt(i).toString());
            refused(TOKEN.substring(0, i));
            refused(new StringBuilder(TOKEN).insert(i, TOKEN.charAt(i)).toString());
        }
        refused(TOKEN + ".");
        refused(TOKEN + "=");
        refused(TOKEN + " ");
    }

    @Test
    void aSignatureIsGoodForItsOwnClaimsOnly() {
        String other = TokenFormat.sign(new Claims("i2", CLAIMS.owner(), "here", CLAIMS.expiresAt(), 7), KEY);
        refused(TOKEN.substring(0, TOKEN.lastIndexOf('.')) + other.substring(other.lastIndexOf('.')));
    }

    @Test
    void anotherKeyOfTheSameNameIsNotTheKey() {
        TokenKey forger = new TokenKey(KEY.id(), KEY.since(), new SecretKeySpec(new byte[32], TokenKey.ALGORITHM));
        refused(TokenFormat.sign(CLAIMS, forger));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                ".......",
                "sbt1.......",
                "sbt1.00000000.i1.o.here.1.1.tag",
                "eyJhbGciOiJub25lIn0.eyJzdWIiOiJpMSJ9.",
                "ea_00",
                "\u0000\u00ff"
            })
    void whatWasNeverSignedIsRefused(String presented) {
        refused(presented);
    }

    @Test
    void hugeOnesAreRefusedUnread() {
        refused(".".repeat(1_000_000));
        refused("sbt1." + KEY.id() + "." + "x".repeat(1_000_000) + ".o.here.1.1.tag");
    }

    /** All alike: who guesses learns nothing from the answer. */
    private static void refused(String presented) {
        assertThatThrownBy(() -> TokenFormat.open(presented, RING))
                .isInstanceOf(TokenException.Refused.class)
                .hasMessage(TokenException.malformed().getMessage());
    }
}
