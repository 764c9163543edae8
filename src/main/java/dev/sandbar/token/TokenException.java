package dev.sandbar.token;

/** Why a token isn't accepted or not issued. */
public abstract sealed class TokenException extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private static final String ASK = ": ask for another one by POST /sandboxes/{id}/auth";
    private static final String ASK_TICKET = ": ask for another one by POST /sessions/{id}/ticket";

    TokenException(String message) {
        super(message, null, false, false);
    }

    static Refused malformed() {
        return new Refused("The access token is malformed: it is none that this service made");
    }

    static Refused noTicket() {
        return new Refused("The ticket is none for this session" + ASK_TICKET);
    }

    static Refused ticketExpired() {
        return new Refused("The ticket has expired" + ASK_TICKET);
    }

    static Refused expired() {
        return new Refused("The access token has expired" + ASK);
    }

    static Refused revoked() {
        return new Refused("The access token was revoked" + ASK);
    }

    static Refused ofAnotherSandbox() {
        return new Refused("The access token is for another sandbox" + ASK);
    }

    static Refused ofAnotherService() {
        return new Refused("The access token is for another service" + ASK);
    }

    /** It is not, or not any more, a token of this sandbox. */
    public static final class Refused extends TokenException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    /** The sandbox has ended, and its tokens with it. */
    public static final class Gone extends TokenException {
        private static final long serialVersionUID = 1L;

        Gone() {
            super("The sandbox of the access token has ended");
        }
    }

    /** As many new tokens were issued as may be. */
    public static final class TooMany extends TokenException {
        private static final long serialVersionUID = 1L;
        private final int seconds;

        TooMany(String whose, int most, String setting, int seconds) {
            super(whose + " gets at most " + most + " new access tokens a second (" + setting
                    + "): use the one that you have, or try again in " + seconds + " s");
            this.seconds = seconds;
        }

        /** After which it may be tried again. */
        public int seconds() {
            return seconds;
        }
    }
}
