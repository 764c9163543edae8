package dev.sandbar.runtime.channel;

import static dev.sandbar.runtime.channel.Request.fixed;
import static dev.sandbar.runtime.channel.Request.owner;

import dev.sandbar.runtime.FileWrite;
import dev.sandbar.runtime.ProcessSpec;
import java.util.Map;

/** The longer requests. */
final class Requests {

    private static final int STDIN = 1;
    private static final String ATTRIBUTE_PREFIX = "user.e2b.";

    private Requests() {}

    static Request start(ProcessSpec spec) {
        Request request = new Request();
        request.frame(
                Types.START,
                owner(spec.user(), 12)
                        .putInt(spec.stdin() ? STDIN : 0)
                        .putLong(spec.timeout().toMillis()),
                spec.id());
        spec.command().forEach(argument -> request.text(Types.ARGUMENT, argument));
        for (Map.Entry<String, String> variable : spec.environment().entrySet()) {
            request.text(Types.ENVIRONMENT, variable.getKey() + '=' + variable.getValue());
        }
        return request.path(Types.DIRECTORY, spec.directory()).empty(Types.GO);
    }

    static Request attach(String processId, long offset) {
        return new Request().frame(Types.ATTACH, fixed(8).putLong(offset), processId);
    }

    static Request write(FileWrite file) {
        Request request = new Request();
        request.path(Types.WRITE, owner(file.owner(), 4).putInt(file.mode()), file.path());
        file.attributes().forEach((name, value) -> request.attribute(ATTRIBUTE_PREFIX + name, value));
        return request.empty(Types.GO);
    }
}
