@NullMarked
package dev.sandbar.token;

import org.jspecify.annotations.NullMarked;
