/** What every test run is watched for: blocking calls on threads that mustn't block, and leaked buffers. */
@NullMarked
package dev.sandbar.gate;

import org.jspecify.annotations.NullMarked;
