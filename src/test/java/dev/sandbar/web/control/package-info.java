/** Tests of {@code dev.sandbar.web.control}. */
@NullMarked
package dev.sandbar.web.control;

import org.jspecify.annotations.NullMarked;
