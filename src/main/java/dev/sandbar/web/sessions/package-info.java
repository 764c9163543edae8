/**
 * Sessions over HTTP: their life, hardware, approvals and budget, their tools, their events, and tickets for pages.
 *
 * <p>Knows {@code session}, {@code event}, {@code token} and {@code web}'s shared parts. A session belongs to the owner of
 * an API key, and looks missing to others; reading one starts nothing.
 */
@NullMarked
package dev.sandbar.web.sessions;

import org.jspecify.annotations.NullMarked;
