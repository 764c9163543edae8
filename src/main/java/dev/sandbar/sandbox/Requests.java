package dev.sandbar.sandbox;

import dev.sandbar.runtime.RuntimeCapabilities;
import java.time.Duration;
import java.util.List;

/** Refuses requests that can't be fulfilled, before anything is done for them. */
final class Requests {

    private final RuntimeCapabilities capabilities;
    private final SandboxSettings settings;

    Requests(RuntimeCapabilities capabilities, SandboxSettings settings) {
        this.capabilities = capabilities;
        this.settings = settings;
    }

    List<String> users() {
        return capabilities.users();
    }

    List<String> templates() {
        return capabilities.templates();
    }

    void check(SandboxRequest request) {
        check(request.timeout());
        if (request.timeout().isZero()) {
            throw new SandboxException.Invalid("Timeout must be more than 0 seconds, not 0");
        }
        MetadataRules.check(request.metadata());
        if (!capabilities.templates().contains(request.template())) {
            throw new SandboxException.UnknownTemplate(request.template(), capabilities.templates());
        }
    }

    void check(Duration timeout) {
        if (timeout.isNegative()) {
            throw new SandboxException.Invalid(
                    "Timeout must not be less than 0 seconds, and is " + timeout.toSeconds());
        }
        if (timeout.compareTo(settings.longest()) > 0) {
            throw new SandboxException.Invalid("Timeout can't be greater than "
                    + settings.longest().toSeconds() + " seconds (sandbar.sandboxes.longest)");
        }
    }
}
