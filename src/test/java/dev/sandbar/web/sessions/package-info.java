/** Tests of parts of the routes of sessions. */
@NullMarked
package dev.sandbar.web.sessions;

import org.jspecify.annotations.NullMarked;
