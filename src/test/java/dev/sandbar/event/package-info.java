/** Tests of event streams. */
@NullMarked
package dev.sandbar.event;

import org.jspecify.annotations.NullMarked;
