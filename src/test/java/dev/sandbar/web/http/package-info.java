/** Tests of {@code dev.sandbar.web.http}. */
@NullMarked
package dev.sandbar.web.http;

import org.jspecify.annotations.NullMarked;
