@NullMarked
package dev.sandbar.server;

import org.jspecify.annotations.NullMarked;
