package dev.sandbar.gate;

import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;
import reactor.blockhound.BlockHound;

/**
 * Turns BlockHound on before the first test class is loaded, for unit and integration tests alike. What is allowed to
 * block is listed here, each with its reason; Reactor, Netty and Reactor Netty bring their own lists.
 */
public final class BlockingCallGate implements LauncherSessionListener {

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        BlockHound.install();
    }
}
