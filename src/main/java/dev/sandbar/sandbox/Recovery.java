package dev.sandbar.sandbox;

/**
 * What became of the sandboxes of an earlier run.
 *
 * @param adopted how many run on
 * @param ended how many have begun to end or have ended, those included whose end had begun before
 * @param swept how many were on the host without a record, and were destroyed
 */
public record Recovery(int adopted, int ended, int swept) {}
