package dev.sandbar.web.data;

import dev.sandbar.command.Command;
import dev.sandbar.command.CommandRequest;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Messages of {@code process.Process}. */
final class ProcessMessages {

    private ProcessMessages() {}

    record Start(
            @Nullable Config process,
            @Nullable Object pty,
            @Nullable String tag,
            @Nullable Boolean stdin) {}

    record Config(
            @Nullable String cmd,
            @Nullable List<String> args,
            @Nullable Map<String, String> envs,
            @Nullable String cwd) {

        static Config of(CommandRequest request) {
            return new Config(request.cmd(), request.args(), request.envs(), request.cwd());
        }
    }

    record Selector(@Nullable Long pid, @Nullable String tag) {}

    record Select(@Nullable Selector process) {}

    record Input(@Nullable String stdin, @Nullable String pty) {}

    record SendInput(@Nullable Selector process, @Nullable Input input) {}

    record SendSignal(@Nullable Selector process, @Nullable JsonNode signal) {}

    record Nothing() {}

    record Listed(@Nullable List<Item> processes) {}

    record Item(Config config, long pid, @Nullable String tag) {
        static Item of(Command command) {
            return new Item(Config.of(command.request()), command.pid(), command.tag());
        }
    }
}
