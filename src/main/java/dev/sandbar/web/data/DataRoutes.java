package dev.sandbar.web.data;

import dev.sandbar.command.Commands;
import dev.sandbar.runtime.RuntimeCapabilities;
import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.token.AccessTokens;
import dev.sandbar.token.BearerTokens;
import dev.sandbar.web.connect.ConnectCalls;
import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.Cors;
import dev.sandbar.web.http.Json;
import dev.sandbar.web.http.Refusals;
import dev.sandbar.web.http.RouteTable;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** The data plane's table of contents. */
public final class DataRoutes {

    private static final Duration KEEP_ALIVE = Duration.ofSeconds(90);
    private static final int LARGEST_FIELD = 256 * 1024;
    private static final String PROCESS = "/process.Process/";
    private static final String FILESYSTEM = "/filesystem.Filesystem/";

    private final ProcessCalls processes;
    private final FilesystemCalls filesystem;
    private final FileReads reads;
    private final FileWrites writes;
    private final Gate gate;
    private final FileGate fileGate;
    private final ConnectCalls calls;
    private final Sandboxes sandboxes;
    private final Cors cors = new Cors();
    private final Json json;

    /**
     * @param json by the rules of protobuf
     * @param messageLimit bytes of the largest message
     */
    public DataRoutes(
            Sandboxes sandboxes,
            Commands commands,
            AccessTokens tokens,
            BearerTokens bearers,
            RuntimeCapabilities capabilities,
            Json json,
            Refusals refusals,
            int messageLimit) {
        List<String> users = capabilities.users();
        this.processes = new ProcessCalls(sandboxes, commands, users, json, new KeepAlives(KEEP_ALIVE));
        this.filesystem = new FilesystemCalls(sandboxes, users, json);
        this.reads = new FileReads(sandboxes, users, refusals);
        this.writes = new FileWrites(sandboxes, users, json, new UploadBodies(Math.min(messageLimit, LARGEST_FIELD)));
        Access access = new Access(sandboxes, tokens, bearers);
        this.gate = new Gate(sandboxes, access);
        this.fileGate = new FileGate(access, new Signatures(Clock.tickMillis(ZoneOffset.UTC)));
        this.calls = new ConnectCalls(json, messageLimit);
        this.sandboxes = sandboxes;
        this.json = json;
    }

    /**
     * What is for a sandbox: all that is for another port than that of its API, and otherwise what has a path of that API.
     * Paths of the control plane aren't among these: some clients name the sandbox in calls to it too.
     */
    public RouterFunction<ServerResponse> ofSandboxes() {
        RouterFunction<ServerResponse> named = api().filter(gate).filter(cors);
        return RouterFunctions.nest(Target::isForEveryPath, named.and(unknown()))
                .and(RouterFunctions.nest(Target::isNamedBy, named))
                .and(RouterFunctions.nest(
                        Access::isPresented, api().filter(gate.byToken()).filter(cors)))
                .and(files().filter(fileGate.unnamed()).filter(cors));
    }

    /** Requests that name a sandbox and have a path that nobody knows; to be chosen last. */
    public RouterFunction<ServerResponse> rest() {
        return RouterFunctions.nest(Target::isNamedBy, unknown());
    }

    private RouterFunction<ServerResponse> api() {
        return processes()
                .and(filesystem())
                .and(files().filter(fileGate.named()))
                .and(others());
    }

    private RouterFunction<ServerResponse> unknown() {
        return RouterFunctions.route(RequestPredicates.all(), DataRoutes::unknown)
                .filter(gate)
                .filter(cors);
    }

    private RouterFunction<ServerResponse> processes() {
        return new RouteTable()
                .post(PROCESS + "Start", calls.stream(ProcessMessages.Start.class, processes::start))
                .post(PROCESS + "Connect", calls.stream(ProcessMessages.Select.class, processes::connect))
                .post(PROCESS + "List", calls.unary(ProcessMessages.Nothing.class, processes::list))
                .post(PROCESS + "SendInput", calls.unary(ProcessMessages.SendInput.class, processes::sendInput))
                .post(PROCESS + "CloseStdin", calls.unary(ProcessMessages.Select.class, processes::closeStdin))
                .post(PROCESS + "SendSignal", calls.unary(ProcessMessages.SendSignal.class, processes::sendSignal))
                .post(PROCESS + "StreamInput", calls.noStream("StreamInput is"))
                .post(PROCESS + "Update", calls.noUnary("Terminals are"))
                .build();
    }

    private RouterFunction<ServerResponse> filesystem() {
        return new RouteTable()
                .post(FILESYSTEM + "Stat", calls.unary(FilesystemMessages.OfPath.class, filesystem::stat))
                .post(FILESYSTEM + "ListDir", calls.array(FilesystemMessages.ListDir.class, filesystem::list))
                .post(FILESYSTEM + "MakeDir", calls.unary(FilesystemMessages.OfPath.class, filesystem::makeDir))
                .post(FILESYSTEM + "Move", calls.unary(FilesystemMessages.Move.class, filesystem::move))
                .post(FILESYSTEM + "Remove", calls.unary(FilesystemMessages.OfPath.class, filesystem::remove))
                .post(FILESYSTEM + "WatchDir", calls.noStream("Watches are"))
                .post(FILESYSTEM + "CreateWatcher", calls.noUnary("Watches are"))
                .post(FILESYSTEM + "GetWatcherEvents", calls.noUnary("Watches are"))
                .post(FILESYSTEM + "RemoveWatcher", calls.noUnary("Watches are"))
                .build();
    }

    private RouterFunction<ServerResponse> files() {
        return new RouteTable()
                .get("/files", reads::read)
                .post("/files", writes::write)
                .build();
    }

    private RouterFunction<ServerResponse> others() {
        return new RouteTable()
                .get("/health", request -> ServerResponse.noContent().build())
                .get("/envs", this::environment)
                .get("/metrics", this::metrics)
                .post("/files/compose", request -> Mono.error(ApiException.notOffered("Composing files is")))
                .build();
    }

    private Mono<ServerResponse> environment(ServerRequest request) {
        return json.answer(ServerResponse.ok(), Gate.sandbox(request).environment());
    }

    private Mono<ServerResponse> metrics(ServerRequest request) {
        return sandboxes
                .measure(Gate.sandbox(request).id())
                .flatMap(reading -> json.answer(ServerResponse.ok(), MetricsView.of(reading)));
    }

    private static Mono<ServerResponse> unknown(ServerRequest request) {
        return Mono.error(new ApiException(404, "There is no " + request.path() + " in a sandbox's API"));
    }
}
