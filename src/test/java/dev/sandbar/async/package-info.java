/** Tests of the primitives: each pair of operations is raced many times. */
@NullMarked
package dev.sandbar.async;

import org.jspecify.annotations.NullMarked;
