package dev.sandbar.web.data;

import dev.sandbar.runtime.AgentException;
import dev.sandbar.runtime.FileEntry;
import dev.sandbar.runtime.FileWrite;
import dev.sandbar.sandbox.Sandboxes;
import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.BodyDigest;
import dev.sandbar.web.http.Json;
import dev.sandbar.web.http.SandboxUser;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** {@code POST /files}: streams uploads into files, as fast as the sandbox takes them. */
final class FileWrites {

    private static final int MODE = 0644;

    private final Sandboxes sandboxes;
    private final List<String> users;
    private final Json json;
    private final UploadBodies bodies;

    FileWrites(Sandboxes sandboxes, List<String> users, Json json, UploadBodies bodies) {
        this.sandboxes = sandboxes;
        this.users = users;
        this.json = json;
        this.bodies = bodies;
    }

    /** A file that was written, as the SDKs read it. */
    record Written(
            String name,
            String path,
            String type,
            @Nullable Map<String, String> metadata,
            @Nullable String digest) {
        static Written of(FileEntry entry, @Nullable BodyDigest digest) {
            Map<String, String> metadata = entry.attributes();
            return new Written(
                    entry.name(),
                    entry.path(),
                    "file",
                    metadata.isEmpty() ? null : metadata,
                    digest == null ? null : digest.value());
        }
    }

    /** One request: whose it is, and what it has named so far. */
    private record Upload(ServerRequest request, SandboxUser user, Map<String, String> metadata, Set<String> paths) {}

    Mono<ServerResponse> write(ServerRequest request) {
        SandboxUser user = FileRequests.user(request, users);
        Upload upload = new Upload(request, user, FileRequests.metadata(request), new HashSet<>());
        return written(upload)
                .collectList()
                .map(FileWrites::some)
                .flatMap(files -> json.answer(ServerResponse.ok(), files));
    }

    private static List<Written> some(List<Written> files) {
        if (files.isEmpty()) throw ApiException.invalid("The form holds no file: name its parts \"file\"");
        return files;
    }

    private Flux<Written> written(Upload upload) {
        MediaType type = upload.request().headers().contentType().orElse(MediaType.APPLICATION_OCTET_STREAM);
        if (type.isCompatibleWith(MediaType.MULTIPART_FORM_DATA)) {
            return bodies.parts(upload.request())
                    .concatMap(part -> part.use((name, data) -> file(upload, name, data)), 0);
        }
        if (!type.isCompatibleWith(MediaType.APPLICATION_OCTET_STREAM)) {
            throw new ApiException(415, "Content-Type must be multipart/form-data or application/octet-stream");
        }
        if (FileRequests.path(upload.request()) == null)
            throw ApiException.invalid("The parameter \"path\" is required");
        return file(upload, null, bodies.raw(upload.request())).flux();
    }

    private Mono<Written> file(Upload upload, @Nullable String named, Flux<DataBuffer> data) {
        String asked = FileRequests.path(upload.request());
        String wanted = asked == null ? named : asked;
        if (wanted == null || wanted.isEmpty()) return Mono.error(ApiException.invalid("A file has no path"));
        if (asked == null && PathRefusals.isLossy(wanted)) {
            return Mono.error(ApiException.invalid("The name '" + wanted + "' of a file is not UTF-8"));
        }
        String path = upload.user().resolve(wanted);
        if (!upload.paths().add(path)) {
            return Mono.error(ApiException.invalid("path '" + path + "' is there twice in one request"));
        }
        BodyDigest digest = BodyDigest.wanted(upload.request().headers().asHttpHeaders(), BodyDigest.REPR_DIGEST)
                .orElse(null);
        Flux<byte[]> bytes = data.map(Packing::bytes);
        return sandboxes
                .agent(Gate.sandbox(upload.request()).id())
                .write(
                        new FileWrite(path, upload.user().owner(), MODE, upload.metadata()),
                        digest == null ? bytes : bytes.map(digest::add))
                .onErrorMap(AgentException.class, refusal -> PathRefusals.plain(refusal, path))
                .map(entry -> Written.of(entry, digest));
    }
}
