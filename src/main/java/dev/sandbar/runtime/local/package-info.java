/**
 * The local runtime: sandboxes by bubblewrap on this machine.
 *
 * <p>Knows the runtime SPI and {@code async}. Each sandbox has host ids, cgroups and a directory of its own, all found
 * again by name after a crash: they bear the instance's id, and nothing that bears another's is touched. Files and
 * processes are touched on this package's own schedulers only. A sandbox never runs as host uid 0.
 */
@NullMarked
package dev.sandbar.runtime.local;

import org.jspecify.annotations.NullMarked;
