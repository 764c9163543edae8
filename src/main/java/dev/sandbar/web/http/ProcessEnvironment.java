package dev.sandbar.web.http;

import dev.sandbar.sandbox.Sandbox;
import java.util.HashMap;
import java.util.Map;

/** What a command in a sandbox finds in its environment. */
public final class ProcessEnvironment {

    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private ProcessEnvironment() {}

    /**
     * The user's usual variables, the sandbox's, and those that are asked for, the later ones before the earlier ones;
     * {@link ApiException} 400 for what no process could be given.
     *
     * @param field what the client calls those it asks for
     */
    public static Map<String, String> of(Sandbox sandbox, SandboxUser user, String field, Map<String, String> asked) {
        Map<String, String> all = new HashMap<>();
        all.put("PATH", PATH);
        all.put("HOME", user.home());
        all.put("USER", user.name());
        all.put("LOGNAME", user.name());
        all.putAll(sandbox.environment());
        asked.forEach((name, value) -> {
            if (value == null) throw ApiException.invalid("The values of \"" + field + "\" must be strings");
            EnvironmentRules.check(name, value);
            all.put(name, value);
        });
        all.put("E2B_SANDBOX", "true");
        all.put("E2B_SANDBOX_ID", sandbox.id());
        all.put("E2B_TEMPLATE_ID", sandbox.template());
        return all;
    }
}
