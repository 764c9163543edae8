package dev.sandbar.async;

import reactor.test.util.RaceTestUtils;

/** Two operations at the same moment, many times. */
final class Races {

    private static final int ROUNDS = Integer.getInteger("sandbar.races", 1_000);

    private Races() {}

    static void rounds(Runnable round) {
        for (int i = 0; i < ROUNDS; i++) {
            round.run();
        }
    }

    static void race(Runnable one, Runnable other) {
        RaceTestUtils.race(one, other);
    }
}
