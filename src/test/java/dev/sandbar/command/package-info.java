/** Tests of commands against a scripted agent, in virtual time; joins, leaves and ends are raced. */
@NullMarked
package dev.sandbar.command;

import org.jspecify.annotations.NullMarked;
