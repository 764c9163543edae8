package dev.sandbar.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.e2e.ServiceProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A normal stop while streams of all kinds are read. */
class StopIT {

    private static final String KEY = "e2b_5705570557055705570557055705570557055705";
    private static final Duration STREAMS = Duration.ofSeconds(1);
    private static final Duration EXIT = Duration.ofSeconds(3);
    private static final String TALKATIVE =
            "\"cmd\":\"/bin/sh\",\"args\":[\"-c\",\"while :; do echo x; sleep 0.05; done\"]";

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TempDir
    Path directory;

    @Test
    void streamsEndCleanlyWithinASecondAndTheServiceWithinThreeAndCommandsGoOn() throws Exception {
        String commands;
        try (ServiceProcess service = start("keep")) {
            commands = "/sandboxes/" + sandbox(service) + "/commands";
            for (String onDisconnect : List.of("keep", "cancel")) {
                String body = "{\"commandID\":\"" + onDisconnect + "\",\"onDisconnect\":\"" + onDisconnect + "\","
                        + TALKATIVE + "}";
                assertThat(send(service, "POST", commands, body)).contains("\"running\"");
            }
            send(service, "POST", commands, "{\"commandID\":\"loud\",\"cmd\":\"yes\"}");
            List<Reading> readings = List.of(
                    read(service, commands + "/keep/output"),
                    read(service, commands + "/cancel/output"),
                    read(service, commands.replace("/commands", "/events")));
            long begun;
            try (Socket idle = readNothing(service, commands + "/loud/output")) {
                assertThat(idle.getInputStream().read()).isEqualTo('H');
                awaitStandstill(service, commands + "/loud");
                begun = System.nanoTime();
                service.stop();
            }
            Duration exit = Duration.ofNanos(System.nanoTime() - begun);
            for (Reading reading : readings) {
                assertThat(reading.end.get(1, TimeUnit.SECONDS))
                        .as(reading.path)
                        .isTrue();
                assertThat(Duration.ofNanos(reading.endedAt - begun))
                        .as(reading.path)
                        .isLessThan(STREAMS);
            }
            assertThat(exit).isLessThan(EXIT);
        }
        try (ServiceProcess service = start("end")) {
            for (String command : List.of("keep", "cancel")) {
                assertThat(send(service, "GET", commands + "/" + command, "")).contains("\"running\"");
            }
        }
    }

    /** A stream that is being read; its end says whether it was clean. */
    private static final class Reading {
        final String path;
        final CompletableFuture<Boolean> begun = new CompletableFuture<>();
        final CompletableFuture<Boolean> end = new CompletableFuture<>();
        volatile long endedAt;

        Reading(String path) {
            this.path = path;
        }

        void take(Stream<String> lines) {
            try {
                lines.forEach(line -> begun.complete(true));
                endedAt = System.nanoTime();
                end.complete(true);
            } catch (RuntimeException broken) {
                endedAt = System.nanoTime();
                end.complete(false);
            }
        }
    }

    private Reading read(ServiceProcess service, String path) {
        Reading reading = new Reading(path);
        Thread reader = new Thread(() -> {
            try {
                HttpRequest request = to(service, path).GET().build();
                reading.take(http.send(request, BodyHandlers.ofLines()).body());
            } catch (IOException | InterruptedException failed) {
                reading.begun.completeExceptionally(failed);
            }
        });
        reader.setDaemon(true);
        reader.start();
        Awaitility.await().until(reading.begun::isDone);
        return reading;
    }

    /** A client that keeps its stream from ending, so that the stop takes as long as it may. */
    private static Socket readNothing(ServiceProcess service, String path) throws IOException {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), service.address().getPort());
        String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nX-API-Key: " + KEY + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** Until the command waits for the client, and the service therefore too. */
    private void awaitStandstill(ServiceProcess service, String command) {
        AtomicReference<String> before = new AtomicReference<>("");
        Awaitility.await().until(() -> {
            String now = send(service, "GET", command, "");
            return now.equals(before.getAndSet(now));
        });
    }

    private String sandbox(ServiceProcess service) throws Exception {
        String answer = send(service, "POST", "/v2/sandboxes", "{\"templateID\":\"base\",\"timeout\":300}");
        return Ids.in(answer).iterator().next();
    }

    private String send(ServiceProcess service, String method, String path, String body) throws Exception {
        HttpRequest request = to(service, path)
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body))
                .build();
        return http.send(request, BodyHandlers.ofString()).body();
    }

    private static HttpRequest.Builder to(ServiceProcess service, String path) {
        return HttpRequest.newBuilder(URI.create(service.address() + path)).header("X-API-Key", KEY);
    }

    private ServiceProcess start(String onStop) throws IOException {
        Map<String, String> settings = Map.of("SANDBAR_API_KEY", KEY, "SANDBAR_ONSTOP", onStop);
        return new ServiceProcess(directory, settings, ServiceProcess.BRIEF);
    }
}
