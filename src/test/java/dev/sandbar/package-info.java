/** Tests of the whole: its architecture. */
@NullMarked
package dev.sandbar;

import org.jspecify.annotations.NullMarked;
