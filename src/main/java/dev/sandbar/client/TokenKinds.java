package dev.sandbar.client;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** How is asked whether a sandbox has a GPU, where that didn't come with a token. */
record TokenKinds(TokenSource source) implements TokenFetches.Thing<Boolean> {

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
        return source.gpu(slot.sandboxId()).doOnNext(slot::gpu);
    }

    @Override
    public void failed(TokenSlot slot, Throwable error) {
        // remembered with the slot; its token may still be good
    }
}
