@NullMarked
package dev.sandbar.client;

import org.jspecify.annotations.NullMarked;
