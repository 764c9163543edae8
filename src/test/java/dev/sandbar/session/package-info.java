@NullMarked
package dev.sandbar.session;

import org.jspecify.annotations.NullMarked;
