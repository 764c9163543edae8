package dev.sandbar.bench;

import dev.sandbar.bench.Api.Handle;
import dev.sandbar.e2e.ServiceProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A command's output as fast as it goes, against the same frames from plain Reactor Netty, and from the agent alone. */
final class Throughput {

    private static final double GOAL = 0.7;

    private final Target target;
    private final Path directory;
    private final int mebibytes;
    private final Samples ours = new Samples();
    private final Samples plain = new Samples();
    private final Samples agent = new Samples();

    Throughput(Target target, Path directory) {
        this.target = target;
        this.directory = directory;
        this.mebibytes = target.times(256, 512);
    }

    List<Row> measure() throws IOException {
        List<String> command =
                List.of("/usr/bin/dd", "if=/dev/zero", "bs=64K", "count=" + mebibytes * 16, "status=none");
        try (Api api = target.connect()) {
            Handle sandbox = api.create();
            Frames sample = stream(api, sandbox, command, new Samples());
            try (PlainServer server = new PlainServer(directory, sample.output(), ServiceProcess.SMALL)) {
                measure(api, sandbox, command, server, sample);
            }
            api.kill(sandbox);
        }
        double ratio = plain.p50() / ours.p50();
        Row row = new Row(
                "output, against plain Reactor Netty",
                rate(ours),
                rate(plain),
                Row.format("%.2fx", ratio),
                "at least " + GOAL + "x",
                Row.yes(ratio >= GOAL));
        return List.of(row, Row.note("  and the agent's socket alone", "", rate(agent)));
    }

    private void measure(Api api, Handle sandbox, List<String> command, PlainServer server, Frames sample)
            throws IOException {
        List<byte[]> frames = sample.output();
        long size = frames.stream().mapToLong(frame -> frame.length).sum();
        int count = (int) (sample.bytes() * frames.size() / size);
        for (int i = 0; i < 3; i++) { // the plain server's compiler, too, takes its time
            stream(api, sandbox, command, new Samples());
            plainly(server, count, new Samples());
        }
        for (int i = 0; i < target.times(5, 15); i++) {
            plainly(server, count, plain);
            stream(api, sandbox, command, ours);
            long start = System.nanoTime();
            AgentSocket.run(target.socket(sandbox), command, output -> {});
            agent.addMillisSince(start);
        }
    }

    private static Frames stream(Api api, Handle sandbox, List<String> command, Samples times) throws IOException {
        Frames frames = new Frames();
        long start = System.nanoTime();
        api.stream(sandbox, command, frames);
        times.addMillisSince(start);
        if (!frames.endedWell()) throw new IOException(command + " did not end well");
        return frames;
    }

    private static void plainly(PlainServer server, int count, Samples times) throws IOException {
        Frames frames = new Frames();
        try (Http http = new Http(server.address())) {
            long start = System.nanoTime();
            http.stream(200, "GET /" + count, "", new byte[0], frames);
            times.addMillisSince(start);
        }
    }

    /** The slow side stands second, as it does with times. */
    private String rate(Samples times) {
        return Row.format("%.0f / %.0f MiB/s", mebibytes * 1000 / times.p50(), mebibytes * 1000 / times.p95());
    }
}
