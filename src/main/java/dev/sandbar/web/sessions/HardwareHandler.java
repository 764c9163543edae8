package dev.sandbar.web.sessions;

import dev.sandbar.session.Approval;
import dev.sandbar.session.AutoApproval;
import dev.sandbar.session.Provision;
import dev.sandbar.session.Sessions;
import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.Json;
import dev.sandbar.web.http.Money;
import dev.sandbar.web.http.Owners;
import dev.sandbar.web.idempotency.Idempotency;
import dev.sandbar.web.sessions.KeyedCall.Result;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/** Gives sessions other hardware, and takes people's decisions and budgets. */
final class HardwareHandler {

    private static final byte[] NOTHING = "{}".getBytes(StandardCharsets.UTF_8);
    private static final int LONGEST_NOTE = 2000;

    private final Sessions sessions;
    private final Answers answers;
    private final Json json;

    HardwareHandler(Sessions sessions, Answers answers, Json json) {
        this.sessions = sessions;
        this.answers = answers;
        this.json = json;
    }

    record HardwareBody(@Nullable String hardware) {}

    record DecisionBody(@Nullable String decision, @Nullable String note) {}

    record BudgetBody(@Nullable Boolean enabled, @Nullable BigDecimal costCapUsd) {}

    /** The answer where a sandbox of that hardware is there. */
    record ReadyView(SlotView sandbox, @Nullable String carried) {}

    /** The answer where a person has to decide. */
    record WaitingView(ApprovalView approval) {}

    Mono<ServerResponse> provision(ServerRequest request) {
        Idempotency.check(request);
        return json.body(request).defaultIfEmpty(NOTHING).flatMap(body -> {
            String hardware = json.parse(body, HardwareBody.class).hardware();
            Mono<Result> provision = sessions.provision(Owners.of(request), id(request), hardware)
                    .map(HardwareHandler::outcome);
            return answers.repeatable(request, body, provision);
        });
    }

    private static Result outcome(Provision provision) {
        if (provision instanceof Provision.Waiting waiting) {
            return new Result(202, new WaitingView(ApprovalView.of(waiting.approval())));
        }
        Provision.Ready ready = (Provision.Ready) provision;
        SlotView sandbox = SlotView.of(ready.session().slot());
        return new Result(ready.created() ? 201 : 200, new ReadyView(sandbox, ready.carried()));
    }

    Mono<ServerResponse> approvals(ServerRequest request) {
        return sessions.approvals(Owners.of(request), id(request))
                .map(ApprovalView::of)
                .collectList()
                .flatMap(all -> json.answer(ServerResponse.ok(), all));
    }

    Mono<ServerResponse> decide(ServerRequest request) {
        Idempotency.check(request);
        return json.requireBody(request).flatMap(body -> {
            DecisionBody asked = json.parse(body, DecisionBody.class);
            Mono<Approval> decided = sessions.decide(
                    Owners.of(request),
                    id(request),
                    request.pathVariable("aid"),
                    decision(asked.decision()),
                    SessionBody.limited("note", asked.note(), LONGEST_NOTE));
            return answers.once(request, body, decided.map(approval -> new Result(200, ApprovalView.of(approval))));
        });
    }

    private static Approval.Decision decision(@Nullable String word) {
        if ("approve".equals(word)) return Approval.Decision.APPROVE;
        if ("reject".equals(word)) return Approval.Decision.REJECT;
        throw ApiException.invalid("\"decision\" must be approve or reject");
    }

    Mono<ServerResponse> autoApproval(ServerRequest request) {
        return json.require(request, BudgetBody.class)
                .flatMap(body -> set(request, body))
                .flatMap(budget -> json.answer(ServerResponse.ok(), BudgetView.of(budget)));
    }

    private Mono<AutoApproval> set(ServerRequest request, BudgetBody body) {
        if (body.enabled() == null) throw ApiException.invalid("\"enabled\" is required");
        Long cap = Money.micros("costCapUsd", body.costCapUsd());
        return sessions.autoApproval(Owners.of(request), id(request), body.enabled(), cap);
    }

    private static String id(ServerRequest request) {
        return SessionHandler.id(request);
    }
}
