/** Tests of the tools: parts by themselves, calls over agents in memory, and over real sandboxes. */
@NullMarked
package dev.sandbar.session.tool;

import org.jspecify.annotations.NullMarked;
