/**
 * Who may do what: API keys and their owners, and the long-lived and short-lived access tokens of sandboxes.
 *
 * <p>Knows of ours the store and what runs work, and touches no file. API keys are kept as hashes, tokens are derived or
 * signed and kept nowhere; all are compared in constant time and never logged. What is recorded of short-lived tokens is
 * how often they were revoked and which is the newest, so that revocations outlast the service and bursts get one token.
 */
@NullMarked
package dev.sandbar.token;

import org.jspecify.annotations.NullMarked;
