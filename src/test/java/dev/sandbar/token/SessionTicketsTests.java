package dev.sandbar.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class SessionTicketsTests {

    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");

    private final SessionTickets tickets = at(NOW, 1);

    @Test
    void aTicketTellsItsOwnerUntilItsEnd() {
        SessionTickets.Ticket ticket = tickets.issue("ö:w/n.er", "abc", Duration.ofSeconds(30));
        assertThat(tickets.ownerOf("abc", ticket.text())).isEqualTo("ö:w/n.er");
        assertThat(ticket.expiresAt()).isEqualTo(NOW.plusSeconds(30));
        assertThat(at(NOW.plusMillis(29_999), 1).ownerOf("abc", ticket.text())).isEqualTo("ö:w/n.er");
        assertThatExceptionOfType(TokenException.class)
                .isThrownBy(() -> at(NOW.plusSeconds(30), 1).ownerOf("abc", ticket.text()))
                .withMessageContaining("expired");
    }

    @Test
    void whateverIsChangedIsRefused() {
        String ticket = tickets.issue("one", "abc", Duration.ofSeconds(30)).text();
        for (int at = 0; at < ticket.length() - 1; at++) {
            char other = ticket.charAt(at) == '1' ? '2' : '1';
            String changed = ticket.substring(0, at) + other + ticket.substring(at + 1);
            assertThatThrownBy(() -> tickets.ownerOf("abc", changed)).isInstanceOf(TokenException.class);
        }
        assertThatThrownBy(() -> tickets.ownerOf("abd", ticket)).isInstanceOf(TokenException.class);
        assertThatThrownBy(() -> at(NOW, 2).ownerOf("abc", ticket)).isInstanceOf(TokenException.class);
        assertThatThrownBy(() -> tickets.ownerOf("abc", "")).isInstanceOf(TokenException.class);
    }

    @Test
    void ticketsAreShortLivedAndSecret() {
        SessionTickets.Ticket ticket = tickets.issue("one", "abc", SessionTickets.LONGEST);
        assertThat(ticket.toString()).doesNotContain(ticket.text());
        for (Duration wrong : new Duration[] {Duration.ZERO, SessionTickets.LONGEST.plusMillis(1)}) {
            assertThatThrownBy(() -> tickets.issue("one", "abc", wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static SessionTickets at(Instant now, int secret) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) secret;
        return new SessionTickets(bytes, Clock.fixed(now, ZoneOffset.UTC));
    }
}
