package dev.sandbar.command;

import dev.sandbar.runtime.FileOwner;
import dev.sandbar.runtime.ProcessSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A command to start.
 *
 * @param cmd the program, looked up in the PATH of {@code envs}
 * @param envs the whole environment
 * @param cwd working directory, absolute
 * @param stdin whether its standard input can be written to; otherwise it reads nothing
 * @param timeout after which its process group is killed; zero for never
 * @param tag a name of the client's choice
 */
public record CommandRequest(
        String cmd,
        List<String> args,
        Map<String, String> envs,
        String cwd,
        FileOwner user,
        boolean stdin,
        Duration timeout,
        @Nullable String tag) {

    public CommandRequest {
        args = List.copyOf(args);
        envs = Map.copyOf(envs);
        if (timeout.isNegative()) throw new IllegalArgumentException("timeout must not be negative: " + timeout);
    }

    ProcessSpec toSpec(String id) {
        List<String> command = new ArrayList<>(args.size() + 1);
        command.add(cmd);
        command.addAll(args);
        return new ProcessSpec(id, command, envs, cwd, user, stdin, timeout);
    }
}
