package dev.sandbar.runtime.channel;

import java.time.Duration;

/**
 * How long the channel waits.
 *
 * @param greeting for the agent's first word on a connection that asks whether it is there
 * @param answer for the first answer to what the agent can do at once
 * @param work for the first answer to what takes the file system a while
 * @param trees for the answer to what moves and removes whole trees
 * @param pingEvery how often the agent is asked whether it is there
 * @param pingLimit how long it may take to say so, or to greet on any other connection: longer than the kernel may hold it
 *     up while it ends what takes too much memory. Silent for longer, it is asked once more, and gone after another {@code
 *     greeting}; an agent that has died is noticed at once
 * @param conversations at a time with one agent
 */
public record ChannelSettings(
        Duration greeting,
        Duration answer,
        Duration work,
        Duration trees,
        Duration pingEvery,
        Duration pingLimit,
        int conversations) {

    public static final ChannelSettings DEFAULT = new ChannelSettings(
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            Duration.ofMinutes(10),
            Duration.ofSeconds(2),
            Duration.ofSeconds(20),
            500);
}
