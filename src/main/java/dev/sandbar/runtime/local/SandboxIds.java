package dev.sandbar.runtime.local;

/** The host ids behind one sandbox's users. */
sealed interface SandboxIds {

    /** As the launcher takes it. */
    String argument();

    /** Host uid of the sandbox's first process. */
    long firstUid();

    /** 65536 ids of its own, from {@code base} on; given by a service that is root. */
    record Range(long base) implements SandboxIds {
        @Override
        public String argument() {
            return "range:" + base;
        }

        @Override
        public long firstUid() {
            return base;
        }
    }

    /** Two subordinate ids for root and user: the given ones and those after them. */
    record Pair(long uid, long gid) implements SandboxIds {
        @Override
        public String argument() {
            return "pair:" + uid + ":" + gid;
        }

        @Override
        public long firstUid() {
            return uid;
        }
    }

    /** The service's own id, so there is no root inside. */
    record Single(long uid) implements SandboxIds {
        @Override
        public String argument() {
            return "single";
        }

        @Override
        public long firstUid() {
            return uid;
        }
    }
}
