package dev.sandbar.session;

import dev.sandbar.store.Document;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;

/**
 * Tells the end of tool calls that a stop of the service has cut off. Only those are read, no session's events. The end
 * goes with the call's record in one commit: it is told once, however often this is begun again.
 */
final class CutCalls {

    private static final Logger log = LoggerFactory.getLogger(CutCalls.class);
    private static final int AT_ONCE = 64;
    private static final String WHY = "The service was restarted while it ran: how it ended isn't known here";

    private final Records records;

    CutCalls(Records records) {
        this.records = records;
    }

    /** Lazy. Fails when the store refuses; what was told by then isn't told again. */
    Mono<Void> end(List<Records.Kept> sessions) {
        Set<String> open = sessions.stream()
                .map(Records.Kept::session)
                .filter(session -> session.endedAt() == null)
                .map(Session::id)
                .collect(Collectors.toSet());
        return records.documents(CallRecord.KIND)
                .flatMapMany(Flux::fromIterable)
                .flatMap(document -> end(document, open), AT_ONCE)
                .then();
    }

    private Mono<Void> end(Document document, Set<String> open) {
        try {
            return end(document, CallRecord.read(document), open);
        } catch (JacksonException | IllegalArgumentException error) {
            log.error("The record of tool call {} can't be read; it is left alone", document.id(), error);
            return Mono.empty();
        }
    }

    private Mono<Void> end(Document document, CallRecord call, Set<String> open) {
        var gone = CallRecord.delete(document.id(), document.version());
        if (!open.contains(call.session())) return records.write(gone);
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("toolCallID", document.id());
        data.put("tool", call.tool());
        data.put("success", false);
        data.put("error", WHY);
        data.put("cause", "service-restart");
        return records.tell(call.session(), CallRecord.END, data, gone).then();
    }
}
