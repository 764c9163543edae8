package dev.sandbar.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which keys sign and verify, and until when. */
class KeysTests {

    private static final Duration AGE = Duration.ofDays(30);

    private final TokenHouse house = new TokenHouse();
    private final MemoryKeyFile file = new MemoryKeyFile();
    private Keys keys = new Keys(file, AGE, house);

    @AfterEach
    void end() {
        keys.close();
        house.close();
    }

    private void look() {
        keys.look().block(TokenHouse.SOON);
    }

    private List<String> ids() {
        return keys.ring().keys().stream().map(TokenKey::id).toList();
    }

    @Test
    void keyIsTheSameAtEachStart() {
        KeyRing first = keys.ring();
        keys.close();
        keys = new Keys(file, AGE, house);
        assertThat(keys.ring()).isEqualTo(first);
        assertThat(file.writes).isEqualTo(1);
    }

    @Test
    void anotherKeySignsWhenItIsOld() {
        String first = keys.ring().newest().id();
        house.pass(AGE.minusMillis(1));
        look();
        assertThat(ids()).containsExactly(first);
        house.pass(Duration.ofMillis(1));
        look();
        assertThat(ids()).hasSize(2).endsWith(first);
        assertThat(KeyRing.parse(file.content)).isEqualTo(keys.ring());
        look();
        assertThat(ids()).hasSize(2);
    }

    @Test
    void aKeyThatGotOldWhileNobodyWasThereIsReplacedAfterTheStart() {
        house.pass(AGE);
        keys.close();
        keys = new Keys(file, AGE, house);
        look();
        assertThat(ids()).hasSize(2);
    }

    @Test
    void anotherKeySignsWhenThatIsAskedForAndOnce() {
        String first = keys.ring().newest().id();
        file.asked = true;
        look();
        assertThat(ids()).hasSize(2).endsWith(first);
        assertThat(file.asked).isFalse();
        look();
        assertThat(ids()).hasSize(2);
    }

    @Test
    void replacedKeysGoWhenNoTokenOfTheirsCanBeAlive() {
        String first = keys.ring().newest().id();
        file.asked = true;
        look();
        house.pass(TokenSettings.LONGEST_LIFE);
        look();
        assertThat(ids()).contains(first);
        house.pass(KeyRing.KEEP.minus(TokenSettings.LONGEST_LIFE));
        look();
        assertThat(ids()).hasSize(1).doesNotContain(first);
        assertThat(file.content).doesNotContain(first);
    }

    @Test
    void keysDoNotPileUpWithoutEnd() {
        for (int i = 0; i < KeyRing.MOST + 10; i++) {
            file.asked = true;
            look();
        }
        assertThat(ids()).hasSize(KeyRing.MOST);
        assertThat(file.asked).isFalse();
    }

    @Test
    void aKeyThatCannotBeWrittenNeverSigns() {
        KeyFile full = new KeyFile() {
            private String content = file.content;

            @Override
            public String read() {
                return content;
            }

            @Override
            public void write(String ring) {
                throw new IllegalStateException("no room");
            }

            @Override
            public boolean rotationAsked() {
                return !content.isEmpty();
            }

            @Override
            public void rotationDone() {
                content = "";
            }
        };
        keys.close();
        keys = new Keys(full, AGE, house);
        KeyRing before = keys.ring();
        assertThatThrownBy(this::look).hasMessage("no room");
        assertThat(keys.ring()).isEqualTo(before);
        assertThat(full.rotationAsked()).as("it is still asked for").isTrue();
    }

    @Test
    void damagedFileIsRefusedAndNotRepeated() {
        for (String damaged : List.of("x", "0123abcd 1 " + "0".repeat(63), "0123abcd x " + "0".repeat(64), "\n \nx")) {
            MemoryKeyFile other = new MemoryKeyFile();
            other.content = damaged;
            assertThatThrownBy(() -> new Keys(other, AGE, house))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("not a key");
            assertThat(other.writes).isZero();
        }
    }

    @Test
    void keysAreNotPrinted() {
        String secret = file.content.strip().split(" ", -1)[2];
        assertThat(secret).hasSize(64);
        assertThat(keys.ring() + keys.ring().newest().toString()).doesNotContain(secret);
    }
}
