/**
 * The service's HTTP API as one router: E2B's control plane and data plane on one port, and what is ours.
 *
 * <p>Knows every feature through its public classes; no feature knows it. Its sub-packages hold the planes; this package
 * only composes them, and adapts the HTTP server so that its own refusals look like ours.
 */
@NullMarked
package dev.sandbar.web;

import org.jspecify.annotations.NullMarked;
