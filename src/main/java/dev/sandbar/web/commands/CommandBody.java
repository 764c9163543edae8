package dev.sandbar.web.commands;

import dev.sandbar.command.CommandRequest;
import dev.sandbar.command.OnDisconnect;
import dev.sandbar.sandbox.Sandbox;
import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.ProcessEnvironment;
import dev.sandbar.web.http.SandboxUser;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Body of a start. */
record CommandBody(
        @Nullable String commandID,
        @Nullable String cmd,
        @Nullable List<String> args,
        @Nullable String cwd,
        @Nullable Map<String, String> envs,
        @Nullable String user,
        @Nullable Long timeout,
        @Nullable Boolean stdin,
        @Nullable Object pty,
        @Nullable String onDisconnect) {

    private static final Pattern ID = Pattern.compile("[a-z0-9]{1,64}");

    /** The command that is asked for; {@link ApiException} says what is wrong. */
    CommandRequest toRequest(Sandbox sandbox, List<String> users) {
        if (pty != null) throw ApiException.notOffered("Terminals (\"pty\") are");
        SandboxUser runsAs = SandboxUser.named(user, users);
        return new CommandRequest(
                program(),
                arguments(),
                ProcessEnvironment.of(sandbox, runsAs, "envs", envs == null ? Map.of() : envs),
                runsAs.resolve(cwd),
                runsAs.owner(),
                Boolean.TRUE.equals(stdin),
                limit(),
                null,
                id(),
                disconnect());
    }

    private @Nullable String id() {
        if (commandID != null && !ID.matcher(commandID).matches()) {
            throw ApiException.invalid("\"commandID\" must be 1 to 64 of a-z and 0-9");
        }
        return commandID;
    }

    private String program() {
        if (cmd == null || cmd.isEmpty()) throw ApiException.invalid("\"cmd\" is required");
        return text("cmd", cmd);
    }

    private List<String> arguments() {
        if (args == null) return List.of();
        args.forEach(arg -> text("args", arg));
        return args;
    }

    private static String text(String field, @Nullable String value) {
        if (value == null || value.indexOf('\0') >= 0) {
            throw ApiException.invalid("\"" + field + "\" must hold strings without NUL");
        }
        return value;
    }

    private Duration limit() {
        if (timeout == null) return Duration.ZERO;
        if (timeout < 0 || timeout > Integer.MAX_VALUE) {
            throw ApiException.invalid("\"timeout\" must be a number of seconds, 0 for none");
        }
        return Duration.ofSeconds(timeout);
    }

    private OnDisconnect disconnect() {
        if (onDisconnect == null || onDisconnect.equals("keep")) return OnDisconnect.KEEP;
        if (onDisconnect.equals("cancel")) return OnDisconnect.CANCEL;
        throw ApiException.invalid("\"onDisconnect\" must be keep or cancel");
    }
}
