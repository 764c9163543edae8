package dev.sandbar.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandbar.async.Shares.Taken;
import org.junit.jupiter.api.Test;
import reactor.test.util.RaceTestUtils;

class SharesTests {

    @Test
    void anOwnerTakesUpToItsShareAndAllTogetherUpToTheWhole() {
        Shares shares = new Shares("bytes", 10, 6);
        assertThat(shares.take("ann", 7)).isEqualTo(Taken.OWNER_FULL);
        assertThat(shares.take("ann", 6)).isEqualTo(Taken.YES);
        assertThat(shares.take("ann", 1)).isEqualTo(Taken.OWNER_FULL);
        assertThat(shares.take("bob", 5)).isEqualTo(Taken.ALL_FULL);
        assertThat(shares.take("bob", 4)).isEqualTo(Taken.YES);
        assertThat(shares.take("cid", 0)).isEqualTo(Taken.YES);
        assertThat(shares.taken()).isEqualTo(10);
        assertThat(shares.taken("ann")).isEqualTo(6);
    }

    @Test
    void boundsAreTold() {
        Shares shares = new Shares("bytes", 10, 6);
        assertThat(shares.most()).isEqualTo(10);
        assertThat(shares.mostEach()).isEqualTo(6);
        assertThat(new Shares("bytes", 6, 6).take("ann", 6)).isEqualTo(Taken.YES);
        assertThat(new Shares("nothing", 0, 0).take("ann", 0)).isEqualTo(Taken.YES);
        assertThatThrownBy(() -> new Shares("bytes", 5, 6)).hasMessage("bytes: each may take 6 of 5");
        assertThatThrownBy(() -> new Shares("bytes", 5, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsGivenBackMayBeTakenAgainByAnybody() {
        Shares shares = new Shares("bytes", 6, 6);
        shares.take("ann", 6);
        shares.give("ann", 2);
        assertThat(shares.take("bob", 3)).isEqualTo(Taken.ALL_FULL);
        assertThat(shares.take("bob", 2)).isEqualTo(Taken.YES);
        shares.give("ann", 4);
        shares.give("bob", 2);
        assertThat(shares.taken()).isZero();
        assertThat(shares.taken("ann")).isZero();
        assertThatThrownBy(() -> shares.give("ann", 1)).isInstanceOf(IllegalStateException.class);
        assertThat(shares.taken()).isZero();
    }

    @Test
    void amountsAndSharesThatMakeNoSenseAreRefused() {
        Shares shares = new Shares("bytes", Long.MAX_VALUE, Long.MAX_VALUE);
        assertThatThrownBy(() -> shares.take("ann", -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> shares.give("ann", -1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Shares("bytes", 1, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThat(shares.take("ann", Long.MAX_VALUE)).isEqualTo(Taken.YES);
        assertThat(shares.take("ann", 1)).isEqualTo(Taken.OWNER_FULL);
        assertThat(shares.take("bob", 1)).isEqualTo(Taken.ALL_FULL);
    }

    @Test
    void twoWhoTakeTheLastAtOnceDontBothGetIt() {
        for (int i = 0; i < 500; i++) {
            Shares shares = new Shares("bytes", 3, 2);
            Taken[] got = new Taken[2];
            RaceTestUtils.race(() -> got[0] = shares.take("ann", 2), () -> got[1] = shares.take("bob", 2));
            assertThat(got).containsExactlyInAnyOrder(Taken.YES, Taken.ALL_FULL);
            assertThat(shares.taken()).isEqualTo(2);
        }
    }
}
