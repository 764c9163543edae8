/**
 * The SPI of stores: versioned documents with compare-and-set, and append-only logs with sequence numbers and retention.
 *
 * <p>Knows {@code async} only and no feature: contents are bytes, each feature owns its codec. What a commit has answered
 * survives a crash of the service and of the machine; what it hasn't answered is there whole or not at all.
 */
@NullMarked
package dev.sandbar.store;

import org.jspecify.annotations.NullMarked;
