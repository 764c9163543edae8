package dev.sandbar.bench;

import dev.sandbar.bench.Api.Handle;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/** How soon sessions answer, and their tools, against what they do for it. */
final class SessionTimes {

    private static final List<String> ECHO = List.of("/bin/bash", "-lc", "echo out");
    private static final List<String> TRUE = List.of("/bin/true");
    private static final List<String> SHELL = List.of("/bin/bash", "-lc", "true");

    private final Target target;

    SessionTimes(Target target) {
        this.target = target;
    }

    List<Row> measure() throws IOException {
        try (Api api = target.connect();
                SessionApi sessions = new SessionApi(target)) {
            return Stream.of(
                            answers(api, sessions),
                            List.of(firstOutput(api, sessions), present(api, sessions)),
                            tools(api, sessions))
                    .flatMap(List::stream)
                    .toList();
        }
    }

    /** Each preload is let come to its end, so that it takes nothing from what is measured next. */
    private List<Row> answers(Api api, SessionApi sessions) throws IOException {
        Samples ours = new Samples();
        Samples change = new Samples();
        Samples plain = new Samples();
        for (int i = 0; i < target.times(40, 200); i++) {
            long start = System.nanoTime();
            String session = sessions.open();
            ours.addMillisSince(start);
            sessions.await(session, "ready");
            start = System.nanoTime();
            sessions.rename(session, "another");
            change.addMillisSince(start);
            sessions.end(session);
            start = System.nanoTime();
            Handle sandbox = api.create();
            plain.addMillisSince(start);
            api.kill(sandbox);
        }
        return List.of(
                Row.times("session answered, against a sandbox", ours, plain, 1, Double.MAX_VALUE),
                Row.compared("  against a change of its title", ours, change));
    }

    /** From the request for a session, or a sandbox, to what a command in it says. */
    private Row firstOutput(Api api, SessionApi sessions) throws IOException {
        Samples ours = new Samples();
        Samples plain = new Samples();
        for (int i = 0; i < target.times(30, 150); i++) {
            FirstSight output = new FirstSight("tool.output", System.nanoTime());
            String session = sessions.open();
            sessions.bash(session, "echo out", output);
            output.into(ours);
            sessions.end(session);
            output = new FirstSight("\"stdout\"", System.nanoTime());
            Handle sandbox = api.create();
            api.stream(sandbox, ECHO, output);
            output.into(plain);
            api.kill(sandbox);
        }
        return Row.times("session to first output, against sandbox", ours, plain, 1.5, Double.MAX_VALUE);
    }

    /** The sandbox has come: from the call of the tool on. */
    private Row present(Api api, SessionApi sessions) throws IOException {
        Samples ours = new Samples();
        Samples plain = new Samples();
        for (int i = 0; i < target.times(30, 150); i++) {
            String session = sessions.open();
            Handle sandbox = sessions.sandbox(session);
            FirstSight output = new FirstSight("tool.output", System.nanoTime());
            sessions.bash(session, "echo out", output);
            output.into(ours);
            output = new FirstSight("\"stdout\"", System.nanoTime());
            api.stream(sandbox, ECHO, output);
            output.into(plain);
            sessions.end(session);
        }
        return Row.times("  its sandbox there, against its shell", ours, plain, 1.5, Double.MAX_VALUE);
    }

    private List<Row> tools(Api api, SessionApi sessions) throws IOException {
        Samples ours = new Samples();
        Samples shell = new Samples();
        Samples plain = new Samples();
        String session = sessions.open();
        Handle sandbox = sessions.sandbox(session);
        for (int i = 0; i < target.times(300, 2000); i++) {
            long start = System.nanoTime();
            sessions.bash(session, "true");
            ours.addMillisSince(start);
            start = System.nanoTime();
            api.run(sandbox, SHELL);
            shell.addMillisSince(start);
            start = System.nanoTime();
            api.run(sandbox, TRUE);
            plain.addMillisSince(start);
        }
        sessions.end(session);
        return List.of(
                Row.times("tool bash true, against its shell", ours, shell, 1.5, Double.MAX_VALUE),
                Row.compared("  against true as a command", ours, plain));
    }
}
