/** What every test run is watched for: blocking calls on threads that mustn't block, leaked buffers, skipped tests. */
@NullMarked
package dev.sandbar.gate;

import org.jspecify.annotations.NullMarked;
