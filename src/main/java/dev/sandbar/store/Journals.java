package dev.sandbar.store;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Bulk data beside the {@link Store}: many append-only logs, each of which keeps its newest entries. What an append has
 * answered survives a crash of the service, not one of the machine.
 *
 * <p>Thread-safe; nothing blocks the caller. Publishers are lazy, emit on threads of the journals' own, and go on when
 * they are cancelled; errors are {@link StoreException}s. Names have 1 to 100 characters of {@code [A-Za-z0-9_-]}; a
 * journal is named by its scope and its own name in it, and there is at most one object for each at a time.
 */
public interface Journals {

    /** A journal that begins now; there must be none of its name. Leaves no trace before its first append. */
    Journal create(String scope, String name);

    /** One that may be there from an earlier run: what was written of an append half-way is cut off. */
    Mono<Journal> open(String scope, String name);

    /** Names of all scopes that hold something. */
    Flux<String> scopes();

    /** Names of the journals of a scope. */
    Flux<String> names(String scope);

    /** Removes a journal, also while it is used: what is done with it afterwards fails. */
    Mono<Void> delete(String scope, String name);

    /** Removes a scope with all of its journals. */
    Mono<Void> delete(String scope);
}
