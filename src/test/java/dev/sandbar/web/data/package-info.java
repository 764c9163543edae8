/** Tests of {@code dev.sandbar.web.data}. */
@NullMarked
package dev.sandbar.web.data;

import org.jspecify.annotations.NullMarked;
