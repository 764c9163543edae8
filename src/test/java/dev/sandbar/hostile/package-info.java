/**
 * Real sandboxes whose code means harm: each attack is contained, and neither the runtime nor a neighbour notices.
 *
 * <p>Knows {@code runtime}, {@code runtime.channel}, {@code runtime.local} and {@code sandbox}. After each test nothing
 * of its sandboxes is left on the machine.
 */
@NullMarked
package dev.sandbar.hostile;

import org.jspecify.annotations.NullMarked;
