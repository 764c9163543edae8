package dev.sandbar.client;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** How is asked whether a sandbox has a GPU, where that didn't come with a token. */
record TokenKinds(TokenSource source, TokenIssues issues) implements TokenFetches.Thing<Boolean> {

    @Override
    public @Nullable Boolean known(TokenSlot slot) {
        return slot.gpu();
    }

    @Override
    public TokenFailures failures(TokenSlot slot) {
        return slot.gpuFailures();
    }

    @Override
    public Mono<Boolean> request(TokenSlot slot) {
        return source.gpu(slot.sandboxId()).doOnNext(gpu -> learn(slot, gpu));
    }

    /** In the file too, with the token that is there; without one it goes there with the next. */
    private void learn(TokenSlot slot, boolean gpu) {
        slot.learn(gpu, token -> issues.keep(slot, token));
    }

    @Override
    public void failed(TokenSlot slot, Throwable error) {
        // remembered with the slot; its token may still be good
    }
}
