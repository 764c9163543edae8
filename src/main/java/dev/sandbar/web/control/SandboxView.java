package dev.sandbar.web.control;

import dev.sandbar.sandbox.Sandbox;

/** A sandbox as answered to whoever creates it or connects to it. */
record SandboxView(
        String sandboxID,
        String templateID,
        String alias,
        String clientID,
        String envdVersion,
        String envdAccessToken) {

    /** E2B's SDKs switch features by this. */
    static final String ENVD_VERSION = "0.6.13";

    static final String CLIENT_ID = "sandbar";

    static SandboxView of(Sandbox sandbox, String token) {
        return new SandboxView(sandbox.id(), sandbox.template(), sandbox.template(), CLIENT_ID, ENVD_VERSION, token);
    }
}
