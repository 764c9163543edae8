package dev.sandbar.session;

import dev.sandbar.session.tool.ToolDescription;
import dev.sandbar.session.tool.ToolEvent;
import dev.sandbar.session.tool.ToolResult;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The tool {@code sandbox_create}: asks for hardware, as a client of the API would. */
final class CreateTool {

    static final String NAME = "sandbox_create";

    private final JsonMapper mapper = JsonMapper.builder().build();
    private final HardwareCatalogue hardware;
    private final Approving approving;

    CreateTool(HardwareCatalogue hardware, Approving approving) {
        this.hardware = hardware;
        this.approving = approving;
    }

    ToolDescription description() {
        String standard = hardware.standard().name();
        return new ToolDescription(
                NAME,
                "Ask for other hardware",
                "Asks for other hardware. A sandbox of hardware \"" + standard + "\" is already there in this session:"
                        + " use bash, read, write and edit at once, without calling this first. Only ask for another"
                        + " size when that one is too small: " + prices() + ". Any size but \"" + standard
                        + "\" costs money, so that a person may have to approve it first; this says so, and you go on"
                        + " with the sandbox that is there until then. The new sandbox takes the place of the old one:"
                        + " the files in /home/user are carried over, processes and packages installed elsewhere aren't.",
                schema(),
                ToolDescription.Effects.ONCE);
    }

    private String prices() {
        return hardware.offered().stream()
                .map(size -> size.name() + " (" + size.limits().cpus() + " CPUs, "
                        + size.limits().memoryMiB() + " MiB memory, "
                        + Story.usd(size.microsPerHour()).toPlainString() + " USD an hour)")
                .collect(Collectors.joining(", "));
    }

    private String schema() {
        List<String> names = hardware.offered().stream().map(Hardware::name).toList();
        Map<String, ?> size = Map.of(
                "type",
                "string",
                "enum",
                names,
                "description",
                "The size; " + hardware.standard().name() + " by default");
        return mapper.writeValueAsString(Map.of("type", "object", "properties", Map.of("hardware", size)));
    }

    void check(JsonNode arguments) {
        if (!arguments.isObject()) throw new SessionException.Invalid("The arguments must be an object");
        JsonNode size = arguments.get("hardware");
        if (size != null && !size.isNull() && !size.isString()) {
            throw new SessionException.Invalid("\"hardware\" must be a string");
        }
    }

    Flux<ToolEvent> call(Entry entry, JsonNode arguments) {
        JsonNode size = arguments.get("hardware");
        String name = size == null || size.isNull() ? null : size.stringValue();
        return approving
                .provision(entry, name)
                .map(CreateTool::result)
                .onErrorResume(SessionException.UnknownHardware.class, error -> refused(error, "unknown-hardware"))
                .onErrorResume(SessionException.Conflict.class, error -> refused(error, "conflict"))
                .flux();
    }

    private static Mono<ToolEvent> refused(SessionException error, String cause) {
        return Mono.just(ToolCalls.failed(error, cause));
    }

    private static ToolEvent result(Provision provision) {
        if (provision instanceof Provision.Ready ready) return end(true, ready(ready), null, null);
        Approval approval = ((Provision.Waiting) provision).approval();
        String error =
                "Hardware \"" + approval.hardware() + "\" has to be approved by a person, since " + approval.reason()
                        + " (approval " + approval.id() + "). The sandbox that is there stays usable meanwhile.";
        return end(false, "", error, "approval-pending");
    }

    private static String ready(Provision.Ready ready) {
        Slot slot = ready.session().slot();
        String what = "sandbox " + slot.sandboxId() + ", hardware \"" + slot.hardware() + "\"";
        if (!ready.created()) return "Already active: " + what;
        return "Created: " + what + (ready.carried() == null ? "" : "\n" + ready.carried());
    }

    private static ToolEvent end(boolean success, String output, @Nullable String error, @Nullable String cause) {
        return new ToolEvent.End(new ToolResult(success, output, error, null, cause, false, null));
    }
}
