package dev.sandbar.runtime;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A process to start.
 *
 * @param id unique in its sandbox, 1 to 64 of {@code [A-Za-z0-9_-]}
 * @param command arguments, the first names the program; looked up in the PATH of the environment
 * @param environment all of it
 * @param directory working directory, absolute
 * @param user whom it runs as
 * @param stdin whether its standard input can be written to; otherwise it reads nothing
 * @param timeout after which its process group is killed; zero for never
 */
public record ProcessSpec(
        String id,
        List<String> command,
        Map<String, String> environment,
        String directory,
        FileOwner user,
        boolean stdin,
        Duration timeout) {

    public ProcessSpec {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }
}
