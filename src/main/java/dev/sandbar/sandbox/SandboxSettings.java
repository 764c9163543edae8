package dev.sandbar.sandbox;

import dev.sandbar.runtime.SandboxSpec.Limits;
import java.time.Duration;

/**
 * Settings of the sandboxes.
 *
 * @param limits ceilings of each sandbox
 * @param most how many may exist at once, those that are being made or ended included
 * @param longest how far in the future a deadline may lie
 * @param creationLimit after which a creation that doesn't come to an end is given up
 */
public record SandboxSettings(Limits limits, int most, Duration longest, Duration creationLimit) {}
