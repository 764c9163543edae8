package dev.sandbar.autoconfigure;

import dev.sandbar.data.DataDirectory;
import dev.sandbar.data.SecretFile;
import dev.sandbar.token.KeyFile;

/** The keys of access tokens in the data directory; another one is asked for by the file {@code rotate-token-keys}. */
final class TokenKeyFile implements KeyFile {

    private static final String ASKED = "rotate-token-keys";

    private final DataDirectory data;
    private final SecretFile file;

    TokenKeyFile(DataDirectory data) {
        this.data = data;
        this.file = data.secretFile("token-keys");
    }

    @Override
    public String read() {
        return file.read();
    }

    @Override
    public void write(String keys) {
        file.write(keys);
    }

    @Override
    public boolean rotationAsked() {
        return data.isAsked(ASKED);
    }

    @Override
    public void rotationDone() {
        data.answered(ASKED);
    }

    RuntimeException damaged() {
        return file.damaged();
    }
}
