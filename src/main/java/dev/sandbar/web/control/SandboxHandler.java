package dev.sandbar.web.control;

import dev.sandbar.sandbox.Sandbox;
import dev.sandbar.sandbox.SandboxRequest;
import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.token.AccessTokens;
import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.Json;
import dev.sandbar.web.http.MetadataFilter;
import dev.sandbar.web.http.Owners;
import dev.sandbar.web.http.TokenHolders;
import dev.sandbar.web.idempotency.Idempotency;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.util.MultiValueMap;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Creates, lists, describes, renews and kills sandboxes. */
final class SandboxHandler {

    private static final int DEFAULT_TIMEOUT_V1 = 15;
    private static final int DEFAULT_TIMEOUT_V2 = 300;
    private static final int LONGEST_REFRESH = 3600;

    private final Sandboxes sandboxes;
    private final AccessTokens tokens;
    private final Idempotency idempotency;
    private final Json json;
    private final boolean strict;

    /**
     * @param strict whether creations that ask for the Internet are refused
     */
    SandboxHandler(Sandboxes sandboxes, AccessTokens tokens, Idempotency idempotency, Json json, boolean strict) {
        this.strict = strict;
        this.sandboxes = sandboxes;
        this.tokens = tokens;
        this.idempotency = idempotency;
        this.json = json;
    }

    /** Body of a change of the deadline. */
    record TimeoutBody(@Nullable Long timeout, @Nullable Long duration) {
        static final TimeoutBody NONE = new TimeoutBody(null, null);
    }

    Mono<ServerResponse> createV1(ServerRequest request) {
        return create(request, DEFAULT_TIMEOUT_V1);
    }

    Mono<ServerResponse> createV2(ServerRequest request) {
        return create(request, DEFAULT_TIMEOUT_V2);
    }

    private Mono<ServerResponse> create(ServerRequest request, int defaultTimeout) {
        Idempotency.check(request);
        return json.requireBody(request).flatMap(body -> {
            CreateBody asked = json.parse(body, CreateBody.class);
            return create(request, body, asked.toRequest(Owners.of(request), defaultTimeout, strict));
        });
    }

    private Mono<ServerResponse> create(ServerRequest request, byte[] body, SandboxRequest wanted) {
        KeyedCreation work = new KeyedCreation(sandboxes, wanted);
        Mono<ServerResponse> plain = sandboxes.create(wanted).flatMap(this::created);
        return idempotency.answer(
                request, body, work, plain, id -> work.find(id).flatMap(this::created));
    }

    private Mono<ServerResponse> created(Sandbox sandbox) {
        return json.answer(ServerResponse.status(HttpStatus.CREATED), view(sandbox));
    }

    Mono<ServerResponse> connectV1(ServerRequest request) {
        return connect(request, DEFAULT_TIMEOUT_V1);
    }

    Mono<ServerResponse> connectV2(ServerRequest request) {
        return connect(request, DEFAULT_TIMEOUT_V2);
    }

    private Mono<ServerResponse> connect(ServerRequest request, int defaultTimeout) {
        return json.read(request, TimeoutBody.class)
                .defaultIfEmpty(TimeoutBody.NONE)
                .map(body -> Duration.ofSeconds(body.timeout() == null ? defaultTimeout : body.timeout()))
                .flatMap(timeout -> sandboxes.extend(Owners.of(request), id(request), timeout))
                .flatMap(sandbox -> json.answer(ServerResponse.ok(), view(sandbox)));
    }

    Mono<ServerResponse> setTimeout(ServerRequest request) {
        return json.require(request, TimeoutBody.class)
                .map(body -> seconds("timeout", body.timeout()))
                .flatMap(timeout -> setTimeout(request, timeout))
                .then(ServerResponse.noContent().build());
    }

    /** Who came by a token may only make it later: an earlier deadline ends the sandbox. */
    private Mono<Sandbox> setTimeout(ServerRequest request, Duration timeout) {
        if (!TokenHolders.isOne(request)) return sandboxes.setTimeout(Owners.of(request), id(request), timeout);
        return sandboxes
                .extend(Owners.of(request), id(request), timeout)
                .doOnNext(sandbox -> refuseIfLater(sandbox, timeout));
    }

    private static void refuseIfLater(Sandbox kept, Duration wanted) {
        if (kept.endAt().isAfter(Clock.tickMillis(ZoneOffset.UTC).instant().plus(wanted))) {
            throw new ApiException(403, "An access token can't bring the end forward: that needs the header X-API-Key");
        }
    }

    Mono<ServerResponse> refresh(ServerRequest request) {
        return json.read(request, TimeoutBody.class)
                .defaultIfEmpty(TimeoutBody.NONE)
                .map(body -> refreshment(body.duration()))
                .flatMap(duration -> sandboxes.extend(Owners.of(request), id(request), duration))
                .then(ServerResponse.noContent().build());
    }

    private static Duration refreshment(@Nullable Long duration) {
        Duration wanted = Duration.ofSeconds(duration == null ? DEFAULT_TIMEOUT_V1 : duration);
        if (wanted.toSeconds() > LONGEST_REFRESH || wanted.isNegative()) {
            throw ApiException.invalid("\"duration\" must be from 0 to " + LONGEST_REFRESH + " seconds");
        }
        return wanted;
    }

    private static Duration seconds(String field, @Nullable Long value) {
        if (value == null) throw ApiException.invalid("\"" + field + "\" is required");
        return Duration.ofSeconds(value);
    }

    /** A short-lived token gets no long-lived one. */
    Mono<ServerResponse> get(ServerRequest request) {
        Sandbox sandbox = sandboxes.get(Owners.of(request), id(request));
        String token = TokenHolders.isOne(request) ? null : tokens.of(sandbox.id());
        return json.answer(ServerResponse.ok(), SandboxDetail.described(sandbox, token));
    }

    Mono<ServerResponse> kill(ServerRequest request) {
        return sandboxes
                .kill(Owners.of(request), id(request))
                .then(ServerResponse.noContent().build());
    }

    Mono<ServerResponse> listV1(ServerRequest request) {
        String metadata = request.queryParams().getFirst("metadata");
        Map<String, String> wanted = metadata == null ? Map.of() : MetadataFilter.parse(metadata);
        List<SandboxDetail> listed = sandboxes.list(Owners.of(request)).stream()
                .filter(sandbox -> sandbox.metadata().entrySet().containsAll(wanted.entrySet()))
                .map(SandboxDetail::listed)
                .toList();
        return json.answer(ServerResponse.ok(), listed);
    }

    Mono<ServerResponse> listV2(ServerRequest request) {
        MultiValueMap<String, String> params = request.queryParams();
        ListQuery query = ListQuery.parse(params);
        ListQuery.Page page = query.apply(sandboxes.list(Owners.of(request)));
        ServerResponse.BodyBuilder response = ServerResponse.ok();
        if (query.running()) response.header("X-Total-Running", String.valueOf(page.total()));
        if (page.nextToken() != null) response.header("X-Next-Token", page.nextToken());
        return json.answer(
                response, page.sandboxes().stream().map(SandboxDetail::listed).toList());
    }

    private SandboxView view(Sandbox sandbox) {
        return SandboxView.of(sandbox, tokens.of(sandbox.id()));
    }

    private static String id(ServerRequest request) {
        return request.pathVariable("id");
    }
}
