/** Tests of the local runtime; those that start sandboxes are named {@code …IT}. */
@NullMarked
package dev.sandbar.runtime.local;

import org.jspecify.annotations.NullMarked;
