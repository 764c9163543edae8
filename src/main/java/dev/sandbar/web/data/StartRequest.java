package dev.sandbar.web.data;

import dev.sandbar.command.CommandRequest;
import dev.sandbar.sandbox.Sandbox;
import dev.sandbar.web.connect.ConnectError;
import dev.sandbar.web.http.ProcessEnvironment;
import dev.sandbar.web.http.SandboxUser;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Turns what a client wants started into a command. */
final class StartRequest {

    private StartRequest() {}

    static CommandRequest of(ProcessMessages.Start start, Sandbox sandbox, SandboxUser user, Duration timeout) {
        if (start.pty() != null) throw ConnectError.notOffered("Terminals (\"pty\") are");
        ProcessMessages.Config config = start.process();
        if (config == null || config.cmd() == null || config.cmd().isEmpty()) {
            throw ConnectError.invalid("\"process.cmd\" is required");
        }
        List<String> args = config.args() == null ? List.of() : config.args();
        checkTexts(config.cmd(), args);
        return new CommandRequest(
                config.cmd(),
                args,
                ProcessEnvironment.of(sandbox, user, "process.envs", config.envs() == null ? Map.of() : config.envs()),
                user.resolve(config.cwd()),
                user.owner(),
                !Boolean.FALSE.equals(start.stdin()),
                timeout,
                start.tag());
    }

    private static void checkTexts(String cmd, List<String> args) {
        if (cmd.indexOf('\0') >= 0) throw ConnectError.invalid("\"process.cmd\" must not hold NUL");
        for (String arg : args) {
            if (arg == null || arg.indexOf('\0') >= 0) {
                throw ConnectError.invalid("\"process.args\" must be strings without NUL");
            }
        }
    }
}
