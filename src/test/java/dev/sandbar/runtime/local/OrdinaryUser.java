package dev.sandbar.runtime.local;

import static dev.sandbar.runtime.FileOwner.ROOT;
import static dev.sandbar.runtime.FileOwner.USER;
import static dev.sandbar.runtime.local.LocalHarness.shell;

import dev.sandbar.runtime.Agent;
import java.io.PrintStream;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * Run by {@link OrdinaryUserIT} as another user: prints what its sandbox looks like. The argument says how often a busy
 * service of it is killed.
 */
final class OrdinaryUser {

    private OrdinaryUser() {}

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true);
        try (LocalHarness local = new LocalHarness()) {
            Agent agent = local.start("mine");
            out.println("users " + local.runtime.capabilities().users());
            out.println("user " + shell(agent, USER, "touch a; mkdir b; touch b/c; chmod 0 b; stat -c %u a"));
            if (local.runtime.capabilities().users().contains("root")) {
                out.println("root " + shell(agent, ROOT, "id -u; touch r; stat -c %u r"));
                out.println("sudo " + shell(agent, USER, "sudo id -u"));
            }
            out.println("caps " + shell(agent, USER, "grep CapEff /proc/self/status"));
            out.println("nested " + shell(agent, USER, "unshare -U true 2>&1"));
            String call = Host.architecture().equals("x86_64") ? "294" : "26"; // inotify_init1
            String taken = shell(agent, USER, "perl -e '$n++ while syscall(" + call + ", 0) >= 0; print $n + 0'");
            out.println("inotify " + taken.replace("exit 0", ""));
            out.println("bomb " + shell(agent, USER, "for i in $(seq 200); do sleep 50 & done; echo all"));
            out.println("map " + shell(agent, USER, "cat /proc/self/uid_map"));
            shell(agent, USER, "setsid sleep 1000 > /dev/null 2>&1 &");
            out.println("before " + !local.left("mine").isEmpty());
            local.start("other");
            local.leave();
            restarted(local.settings, out);
            int rounds = arguments.length == 0 ? 3 : Integer.parseInt(arguments[0]);
            for (int round = 0; round < rounds; round++) killed(local.settings, out);
        }
    }

    private static void killed(LocalSettings settings, PrintStream out) throws Exception {
        try (ServiceProcess service = new ServiceProcess(settings, "churn")) {
            service.awaitLine("begun");
            LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(400_000_000));
            service.kill();
        }
        try (LocalHarness next = new LocalHarness(settings)) {
            next.runtime.sweep(Set.of()).block(LocalHarness.LONG);
            List<String> left = LocalLeftovers.all(settings);
            out.println(left.isEmpty() ? "clean" : "unclean " + left);
        }
    }

    private static void restarted(LocalSettings settings, PrintStream out) throws Exception {
        try (LocalHarness next = new LocalHarness(settings)) {
            out.println("adopted " + shell(next.adopt("mine"), USER, "exec stat -c %u a"));
            out.println("swept " + next.runtime.sweep(Set.of()).block(LocalHarness.LONG));
            out.println("others " + next.left("other"));
            next.runtime.destroy("mine").block(LocalHarness.LONG);
            out.println("left " + next.left("mine"));
        }
    }
}
