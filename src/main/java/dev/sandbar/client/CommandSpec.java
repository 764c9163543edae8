package dev.sandbar.client;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is to be run. Immutable; each {@code with…} gives a changed copy.
 *
 * <pre>{@code
 * CommandSpec.shell("make test").withDirectory("project").withTimeout(Duration.ofMinutes(5))
 * }</pre>
 *
 * @param id the client's own, {@code [a-z0-9]+}: the same id is run once, however often it is asked for; null for a fresh one
 * @param program its name or path in the sandbox
 * @param directory where it starts; null for the user's home
 * @param environment besides what the sandbox has
 * @param user whom it runs as; null for the usual one
 * @param timeout after which it is ended; zero for never
 * @param input whether something will be sent to its standard input
 * @param cancelWithReader whether it is ended when its reader goes away
 */
public record CommandSpec(
        @Nullable String id,
        String program,
        List<String> arguments,
        @Nullable String directory,
        Map<String, String> environment,
        @Nullable String user,
        Duration timeout,
        boolean input,
        boolean cancelWithReader) {

    public CommandSpec {
        if (id != null && !id.matches("[a-z0-9]{1,64}")) {
            throw new IllegalArgumentException("A command's id must be 1 to 64 of a-z and 0-9");
        }
        if (timeout.isNegative()) throw new IllegalArgumentException("timeout must not be negative");
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
    }

    /** A program with its arguments, which no shell reads. */
    public static CommandSpec of(String program, String... arguments) {
        return new CommandSpec(null, program, List.of(arguments), null, Map.of(), null, Duration.ZERO, false, false);
    }

    /** A line for bash, with a login's environment. */
    public static CommandSpec shell(String line) {
        return of("/bin/bash", "-l", "-c", line);
    }

    public CommandSpec withId(String own) {
        return new CommandSpec(own, program, arguments, directory, environment, user, timeout, input, cancelWithReader);
    }

    public CommandSpec withDirectory(String path) {
        return new CommandSpec(id, program, arguments, path, environment, user, timeout, input, cancelWithReader);
    }

    /** Adds a variable. */
    public CommandSpec withVariable(String name, String value) {
        Map<String, String> all = new HashMap<>(environment);
        all.put(name, value);
        return new CommandSpec(id, program, arguments, directory, all, user, timeout, input, cancelWithReader);
    }

    public CommandSpec withUser(String name) {
        return new CommandSpec(id, program, arguments, directory, environment, name, timeout, input, cancelWithReader);
    }

    public CommandSpec withTimeout(Duration limit) {
        return new CommandSpec(id, program, arguments, directory, environment, user, limit, input, cancelWithReader);
    }

    /** Leaves its standard input open for {@link SandboxCommand#send}. */
    public CommandSpec withInput() {
        return new CommandSpec(id, program, arguments, directory, environment, user, timeout, true, cancelWithReader);
    }

    /** Ends it when its reader goes away; with E2B's protocol it can't. */
    public CommandSpec cancelledWithReader() {
        return new CommandSpec(id, program, arguments, directory, environment, user, timeout, input, true);
    }

    /** Leaves the variables' values out: they may be secrets. */
    @Override
    public String toString() {
        return "CommandSpec[" + id + ", " + program + ", " + arguments.size() + " arguments]";
    }
}
