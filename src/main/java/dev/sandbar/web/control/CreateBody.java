package dev.sandbar.web.control;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sandbar.sandbox.SandboxRequest;
import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.EnvironmentRules;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Body of a creation, both generations. What means the default, or asks for less than every sandbox has, is accepted; what
 * can't be given is refused by name. Sandboxes are always secured, also for those who ask for {@code "secure":false}: the
 * answer holds the token that clients then use.
 */
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
        @Nullable Map<String, Object> iam,
        @Nullable List<Object> volumeMounts,
        @Nullable Object source,
        @Nullable Object sidecars) {

    record AutoResume(@Nullable Boolean enabled) {}

    /**
     * @param strict whether to refuse {@code "allow_internet_access":true}, which older clients send with every creation
     */
    SandboxRequest toRequest(String owner, int defaultTimeout, boolean strict) {
        refuse(
                strict && Boolean.TRUE.equals(allowInternetAccess),
                "allow_internet_access",
                "sandboxes have no network but loopback (sandbar.refuse-internet-access)");
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
        if (network != null) network.forEach(CreateBody::refuseNetwork);
        refuse(
                mcp != null,
                "mcp",
                "MCP servers in a sandbox aren't offered here yet; sessions speak MCP (POST /sessions/{id}/mcp)");
        refuse(iam != null && !isNothing(iam.get("tokens")), "iam", "identities aren't offered here");
        refuse(volumeMounts != null && !volumeMounts.isEmpty(), "volumeMounts", "volumes aren't offered here yet");
        refuse(source != null, "source", "workspaces aren't offered here yet");
        refuse(!isNothing(sidecars), "sidecars", "they aren't offered here");
    }

    /** Nothing gets out of a sandbox: whatever is to be denied is denied. */
    private static void refuseNetwork(String field, @Nullable Object value) {
        boolean holds = field.equals("allowPublicTraffic") ? !Boolean.FALSE.equals(value) : field.equals("denyOut");
        refuse(!holds && !isNothing(value), "network." + field, "sandboxes have no network but loopback");
    }

    private static boolean isNothing(@Nullable Object value) {
        return value == null || value.equals(List.of()) || value.equals(Map.of()) || value.equals("");
    }

    private static void refuse(boolean asked, String field, String why) {
        if (asked) throw ApiException.invalid("\"" + field + "\" can't be honoured: " + why);
    }

    private Map<String, String> environment() {
        Map<String, String> variables = texts("envVars", envVars);
        EnvironmentRules.checkKept("envVars", variables);
        return variables;
    }

    private static Map<String, String> texts(String field, @Nullable Map<String, String> values) {
        if (values == null) return Map.of();
        if (values.containsValue(null)) throw ApiException.invalid("The values of \"" + field + "\" must be strings");
        return values;
    }
}
