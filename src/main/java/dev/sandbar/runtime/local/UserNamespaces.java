package dev.sandbar.runtime.local;

import dev.sandbar.runtime.UnsupportedHostException;
import java.io.IOException;

/** Why a sandbox could not be started, in words that say what to do. */
final class UserNamespaces {

    private static final String ALLOW = "sysctl -w user.max_user_namespaces=15000";

    private UserNamespaces() {}

    /** Refuses a host on which nobody may have user namespaces: whatever else is missing there, that comes first. */
    static void require() {
        if (areForbidden()) throw new UnsupportedHostException(advice(ALLOW));
    }

    /** Looks for the settings by which distributions forbid user namespaces; else passes on what the launch said. */
    static UnsupportedHostException explain(IOException failure) {
        if (areForbidden()) return refused(ALLOW, failure);
        if (Host.uid() != 0 && is("kernel.unprivileged_userns_clone", "0")) {
            return refused("sysctl -w kernel.unprivileged_userns_clone=1", failure);
        }
        if (Host.uid() != 0 && is("kernel.apparmor_restrict_unprivileged_userns", "1")) {
            return refused(
                    "sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 (or an AppArmor profile that allows userns"
                            + " to this service)",
                    failure);
        }
        return new UnsupportedHostException("a sandbox could not be started here: " + failure.getMessage(), failure);
    }

    private static boolean areForbidden() {
        return is("user.max_user_namespaces", "0");
    }

    private static boolean is(String setting, String value) {
        return Host.setting(setting).filter(value::equals).isPresent();
    }

    private static UnsupportedHostException refused(String fix, IOException failure) {
        return new UnsupportedHostException(advice(fix), failure);
    }

    private static String advice(String fix) {
        return "this kernel refuses user namespaces: run sudo " + fix + ", and keep it in /etc/sysctl.d";
    }
}
