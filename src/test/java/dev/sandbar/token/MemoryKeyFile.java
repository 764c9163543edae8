package dev.sandbar.token;

/** Keys in memory, for a service that is restarted in the same process. */
public final class MemoryKeyFile implements KeyFile {

    volatile String content = "";
    volatile boolean asked;
    volatile int writes;

    @Override
    public synchronized String read() {
        return content;
    }

    @Override
    public synchronized void write(String keys) {
        content = keys;
        writes++;
    }

    @Override
    public boolean rotationAsked() {
        return asked;
    }

    @Override
    public void rotationDone() {
        asked = false;
    }
}
