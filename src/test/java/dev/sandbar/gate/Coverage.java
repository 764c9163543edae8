package dev.sandbar.gate;

import java.lang.management.ManagementFactory;
import java.util.List;

/** Lets JVMs that tests start tell which lines they reached, where the tests' own JVM does. */
public final class Coverage {

    private Coverage() {}

    /** Options for such a JVM; it tells when it ends by itself, not when it is killed. */
    public static List<String> options() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("-javaagent:") && option.contains("jacoco"))
                .toList();
    }
}
