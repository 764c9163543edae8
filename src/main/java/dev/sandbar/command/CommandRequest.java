package dev.sandbar.command;

import dev.sandbar.runtime.FileOwner;
import dev.sandbar.runtime.ProcessSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
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
 * @param commandId the client's own id for it, 1 to 64 of {@code [a-z0-9]}: the same id again in the same sandbox is the
 *     same command, and nothing is started; null for one of the service's
 * @param onDisconnect what becomes of it when nobody reads it any more
 */
public record CommandRequest(
        String cmd,
        List<String> args,
        Map<String, String> envs,
        String cwd,
        FileOwner user,
        boolean stdin,
        Duration timeout,
        @Nullable String tag,
        @Nullable String commandId,
        OnDisconnect onDisconnect) {

    private static final int ENVIRONMENT_MAX = 8 * 1024;

    /** What a variable costs beside its characters. */
    private static final int VARIABLE = 64;

    private static final Pattern ID = Pattern.compile("[a-z0-9]{1,64}");

    public CommandRequest {
        args = List.copyOf(args);
        envs = Map.copyOf(envs);
        if (timeout.isNegative()) throw new IllegalArgumentException("timeout must not be negative: " + timeout);
        if (commandId != null && !ID.matcher(commandId).matches()) {
            throw new IllegalArgumentException("commandID must be 1 to 64 of a-z and 0-9");
        }
    }

    /** One with an id of the service's that goes on without readers. */
    public CommandRequest(
            String cmd,
            List<String> args,
            Map<String, String> envs,
            String cwd,
            FileOwner user,
            boolean stdin,
            Duration timeout,
            @Nullable String tag) {
        this(cmd, args, envs, cwd, user, stdin, timeout, tag, null, OnDisconnect.KEEP);
    }

    /** The same under an id that was noted before. */
    public CommandRequest withId(String id) {
        return new CommandRequest(cmd, args, envs, cwd, user, stdin, timeout, tag, id, onDisconnect);
    }

    /** What is remembered of it while it runs: its environment as a whole, or not at all where that is large. */
    CommandRequest whileItRuns(String id) {
        int size = 0;
        for (Map.Entry<String, String> entry : envs.entrySet()) {
            size += VARIABLE + entry.getKey().length() + entry.getValue().length();
        }
        return remembered(id, size <= ENVIRONMENT_MAX ? envs : Map.of());
    }

    /** What is remembered of it after its end: its environment may hold secrets. */
    CommandRequest afterItsEnd(String id) {
        return remembered(id, Map.of());
    }

    private CommandRequest remembered(String id, Map<String, String> environment) {
        return new CommandRequest(
                cmd, CommandCodec.bounded(args), environment, cwd, user, stdin, timeout, tag, id, onDisconnect);
    }

    ProcessSpec toSpec(String id) {
        List<String> command = new ArrayList<>(args.size() + 1);
        command.add(cmd);
        command.addAll(args);
        return new ProcessSpec(id, command, envs, cwd, user, stdin, timeout);
    }
}
