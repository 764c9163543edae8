/** Tests of server-sent events over real connections. */
@NullMarked
package dev.sandbar.web.sse;

import org.jspecify.annotations.NullMarked;
