/**
 * Who may do what: API keys and their owners, and the access tokens of sandboxes.
 *
 * <p>Knows nothing of ours and touches no file. Keys are kept as hashes, tokens are derived and kept nowhere; both are
 * compared in constant time and never logged.
 */
@NullMarked
package dev.sandbar.token;

import org.jspecify.annotations.NullMarked;
