package dev.sandbar.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.command.CommandEvent.Ended;
import dev.sandbar.command.CommandEvent.Gap;
import dev.sandbar.command.CommandEvent.Output;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Readers come, go and come back at random, and so does the service: each sees each byte once, or is told what it misses. */
class ReaderPropertyTests {

    private static final int STEPS = 150;
    private static final int SMALL = 3000;

    /** A client that comes back where it left, for as long as it has not seen the end. */
    private static final class Client {
        final boolean byNumber;
        long number;
        long offset;
        boolean over;
        boolean gaps;
        int read;
        Transcript stream;

        Client(boolean byNumber, long at, Command command) {
            this.byNumber = byNumber;
            this.number = byNumber ? at : -1;
            this.offset = byNumber ? -1 : at;
            this.stream = open(command);
        }

        Transcript open(Command command) {
            read = 0;
            return Transcript.idle(command, byNumber ? Position.behind(number) : Position.after(offset));
        }

        void comeBack(Command command) {
            check();
            stream.cancel();
            if (!over) stream = open(command);
        }

        private String all = "";

        void check(String written) {
            all = written;
            check();
        }

        void check() {
            for (; read < stream.events.size(); read++) {
                CommandEvent event = stream.events.get(read);
                assertThat(over).isFalse();
                if (event instanceof Output output) take(output);
                else if (event instanceof Gap gap) take(gap);
                else if (event instanceof Ended ended) take(ended);
            }
        }

        private void take(Output output) {
            if (byNumber) assertThat(output.seq()).isEqualTo(number + 1);
            if (offset >= 0) assertThat(output.offset()).isEqualTo(offset);
            assertThat(new String(output.bytes(), UTF_8))
                    .isEqualTo(all.substring((int) output.offset(), (int) output.end()));
            number = output.seq();
            offset = output.end();
        }

        private void take(Gap gap) {
            gaps = true;
            if (byNumber) assertThat(gap.from()).isEqualTo(number + 1);
            assertThat(gap.to()).isGreaterThanOrEqualTo(gap.from());
            if (offset >= 0 && gap.offset() >= 0) assertThat(gap.offset()).isEqualTo(offset);
            number = gap.to();
            offset = gap.lost() < 0 ? -1 : gap.offset() + gap.lost();
        }

        private void take(Ended ended) {
            over = true;
            if (byNumber) assertThat(ended.seq()).isEqualTo(number + 1);
            if (offset >= 0) assertThat(offset).isEqualTo(all.length());
        }
    }

    @RepeatedTest(300)
    void everyReaderSeesEachByteOnceOrIsToldWhatItMisses(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        boolean small = repetition.getCurrentRepetition() % 2 == 0;
        List<Client> clients = new ArrayList<>();
        StringBuilder written = new StringBuilder();
        try (House house = new House(small ? SMALL : 1 << 20)) {
            house.start("a");
            for (int step = 0; step < STEPS; step++) {
                step(random, house, clients, written);
                for (Client client : clients) client.check(written.toString());
            }
            house.agent.exit("a", 0);
            finish(house, clients, written.toString());
        }
        for (Client client : clients) {
            assertThat(client.over).isTrue();
            if (!small) assertThat(client.gaps).isFalse();
        }
    }

    private static void step(Random random, House house, List<Client> clients, StringBuilder written) {
        Command command = house.get("a");
        int what = random.nextInt(20);
        if (what < 9) {
            String piece = Character.toString('a' + random.nextInt(26)).repeat(1 + random.nextInt(400));
            written.append(piece);
            house.agent.print("a", piece);
        } else if (what < 11 && clients.size() < 6) {
            boolean byNumber = random.nextBoolean();
            long most = byNumber ? command.log().written() : command.endOffset();
            clients.add(new Client(byNumber, random.nextInt((int) most + 1), command));
        } else if (what < 16 && !clients.isEmpty()) {
            clients.get(random.nextInt(clients.size())).stream.request(1 + random.nextInt(5));
        } else if (what < 18 && !clients.isEmpty()) {
            clients.get(random.nextInt(clients.size())).comeBack(command);
        } else if (what == 18) {
            house.timer.advanceTimeBy(Duration.ofSeconds(1));
        } else {
            house.restartAndAdopt();
            for (Client client : clients) client.comeBack(house.get("a"));
        }
    }

    private static void finish(House house, List<Client> clients, String written) {
        for (int round = 0; round < 5; round++) {
            for (Client client : clients) {
                client.stream.request(Long.MAX_VALUE);
                client.check(written);
                if (!client.over && (client.stream.error != null || client.stream.completed)) {
                    client.comeBack(house.get("a"));
                }
            }
            house.timer.advanceTimeBy(Duration.ofSeconds(round * 3L));
        }
    }
}
