package dev.sandbar.token;

/** Where the keys that sign tokens are kept. Blocking, and called by one thread at a time. */
public interface KeyFile {

    /** What was written last; empty where nothing was. */
    String read();

    /** Writes all of it or nothing; durable when it returns. */
    void write(String keys);

    /** Whether somebody wants another key to sign from now on. */
    boolean rotationAsked();

    /** That was done. */
    void rotationDone();
}
