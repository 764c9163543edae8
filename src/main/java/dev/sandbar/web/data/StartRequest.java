package dev.sandbar.web.data;

import dev.sandbar.command.CommandRequest;
import dev.sandbar.sandbox.Sandbox;
import dev.sandbar.web.connect.ConnectError;
import dev.sandbar.web.http.EnvironmentRules;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns what a client wants started into a command. */
final class StartRequest {

    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

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
                environment(config.envs() == null ? Map.of() : config.envs(), sandbox, user),
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

    private static Map<String, String> environment(Map<String, String> asked, Sandbox sandbox, SandboxUser user) {
        Map<String, String> all = new HashMap<>();
        all.put("PATH", PATH);
        all.put("HOME", user.home());
        all.put("USER", user.name());
        all.put("LOGNAME", user.name());
        all.putAll(sandbox.environment());
        asked.forEach((name, value) -> {
            if (value == null) throw ConnectError.invalid("The values of \"process.envs\" must be strings");
            EnvironmentRules.check(name, value);
            all.put(name, value);
        });
        all.put("E2B_SANDBOX", "true");
        all.put("E2B_SANDBOX_ID", sandbox.id());
        all.put("E2B_TEMPLATE_ID", sandbox.template());
        return all;
    }
}
