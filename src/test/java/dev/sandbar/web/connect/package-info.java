/** Tests of {@code dev.sandbar.web.connect}. */
@NullMarked
package dev.sandbar.web.connect;

import org.jspecify.annotations.NullMarked;
