package dev.sandbar.web.control;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sandbar.sandbox.SandboxRequest;
import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.EnvironmentRules;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Body of a creation, both generations. */
record CreateBody(
        @Nullable String templateID,
        @Nullable Long timeout,
        @Nullable Map<String, String> metadata,
        @Nullable Map<String, String> envVars,
        @Nullable Boolean secure,
        @JsonProperty("allow_internet_access") @Nullable Boolean allowInternetAccess,
        @Nullable Boolean autoPause,
        @Nullable Boolean autoPauseMemory,
        @Nullable AutoResume autoResume,
        @Nullable Map<String, Object> network,
        @Nullable Object mcp,
        @Nullable Object iam,
        @Nullable List<Object> volumeMounts,
        @Nullable Object source) {

    record AutoResume(@Nullable Boolean enabled) {}

    SandboxRequest toRequest(String owner, int defaultTimeout) {
        refuseWhatIsNotOffered();
        if (templateID == null || templateID.isBlank()) throw ApiException.invalid("\"templateID\" is required");
        Duration wanted = Duration.ofSeconds(timeout == null ? defaultTimeout : timeout);
        return new SandboxRequest(owner, templateID, wanted, environment(), texts("metadata", metadata));
    }

    private void refuseWhatIsNotOffered() {
        refuse(Boolean.TRUE.equals(autoPause), "autoPause", "sandboxes can't be paused here yet");
        refuse(Boolean.FALSE.equals(autoPauseMemory), "autoPauseMemory", "it needs autoPause");
        refuse(
                autoResume != null && Boolean.TRUE.equals(autoResume.enabled()),
                "autoResume",
                "sandboxes can't be paused here yet");
        refuse(network != null && !network.isEmpty(), "network", "sandboxes have no network but loopback");
        refuse(mcp != null, "mcp", "MCP servers aren't offered here yet");
        refuse(iam != null, "iam", "identities aren't offered here");
        refuse(volumeMounts != null && !volumeMounts.isEmpty(), "volumeMounts", "volumes aren't offered here yet");
        refuse(source != null, "source", "workspaces aren't offered here yet");
    }

    private static void refuse(boolean asked, String field, String why) {
        if (asked) throw ApiException.invalid("\"" + field + "\" can't be honoured: " + why);
    }

    private Map<String, String> environment() {
        Map<String, String> variables = texts("envVars", envVars);
        variables.forEach(EnvironmentRules::check);
        return variables;
    }

    private static Map<String, String> texts(String field, @Nullable Map<String, String> values) {
        if (values == null) return Map.of();
        if (values.containsValue(null)) throw ApiException.invalid("The values of \"" + field + "\" must be strings");
        return values;
    }
}
