@NullMarked
package dev.sandbar.web.wire;

import org.jspecify.annotations.NullMarked;
