package dev.sandbar.web.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;

/** Reads and writes JSON by our own rules: no type is bent into another, absent values are left out. Thread-safe. */
public final class Json {

    private static final int LONGEST_NULL = 16;

    private final JsonMapper mapper;
    private final int limit;

    /**
     * @param mapper the application's; copied, not changed
     * @param limit bytes of the largest request body
     */
    public Json(JsonMapper mapper, int limit) {
        this(strict(mapper.rebuild().disable(MapperFeature.ALLOW_COERCION_OF_SCALARS), false), limit);
    }

    private Json(JsonMapper.Builder rules, int limit) {
        this.mapper = rules.build();
        this.limit = limit;
    }

    /** By the rules of protobuf's JSON: numbers may come as strings. */
    public static Json ofProtobuf(JsonMapper mapper, int limit) {
        return new Json(strict(mapper.rebuild().enable(MapperFeature.ALLOW_COERCION_OF_SCALARS), true), limit);
    }

    private static JsonMapper.Builder strict(JsonMapper.Builder builder, boolean numbersAsTexts) {
        return builder.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .addModule(WholeNumbers.module(numbersAsTexts))
                .nodeFactory(WholeNumbers.nodes())
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .changeDefaultPropertyInclusion(old -> old.withValueInclusion(JsonInclude.Include.NON_NULL))
                .withCoercionConfig(
                        LogicalType.Textual,
                        texts -> texts.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail));
    }

    /** Bytes of the largest request body. */
    public int limit() {
        return limit;
    }

    /** Reads the request's body; empty when there is none. Refuses too large, malformed and non-JSON ones. */
    public <T> Mono<T> read(ServerRequest request, Class<T> type) {
        return body(request).map(bytes -> parse(bytes, type));
    }

    /** Reads the request's body, which must be there. */
    public <T> Mono<T> require(ServerRequest request, Class<T> type) {
        return requireBody(request).map(bytes -> parse(bytes, type));
    }

    /** The bytes of the request's body, which must be there, for {@link #parse}. Refuses too large and non-JSON ones. */
    public Mono<byte[]> requireBody(ServerRequest request) {
        return content(request).switchIfEmpty(Mono.error(() -> ApiException.invalid("A JSON body is required")));
    }

    /** The bytes of the request's body, empty when there is none or null. Refuses too large and non-JSON ones. */
    public Mono<byte[]> body(ServerRequest request) {
        return content(request).filter(bytes -> !isNull(bytes));
    }

    /** The bytes of the request's body, empty when there is none. Refuses too large and non-JSON ones. */
    public Mono<byte[]> content(ServerRequest request) {
        return Mono.defer(() -> {
            check(request);
            return DataBufferUtils.join(Bodies.of(request, limit), limit)
                    .map(Json::bytes)
                    .filter(bytes -> bytes.length > 0)
                    .onErrorMap(DataBufferLimitException.class, tooLarge -> tooLarge());
        });
    }

    /** Absent and null are the same wherever something is optional. */
    private static boolean isNull(byte[] bytes) {
        return bytes.length <= LONGEST_NULL
                && new String(bytes, StandardCharsets.UTF_8).strip().equals("null");
    }

    private void check(ServerRequest request) {
        if (request.headers().contentLength().orElse(0) > limit) throw tooLarge();
        checkType(request);
    }

    /** Refuses a request whose body isn't JSON, as it says. */
    public void checkType(ServerRequest request) {
        MediaType type = request.headers().contentType().orElse(MediaType.APPLICATION_JSON);
        if (!type.getSubtype().equals("json") && !type.getSubtype().endsWith("+json")) {
            throw new ApiException(415, "Content-Type must be application/json, not " + type);
        }
    }

    private ApiException tooLarge() {
        return new ApiException(413, "The request body has more than " + limit + " bytes");
    }

    private static byte[] bytes(org.springframework.core.io.buffer.DataBuffer buffer) {
        byte[] bytes = new byte[buffer.readableByteCount()];
        buffer.read(bytes);
        DataBufferUtils.release(buffer);
        return bytes;
    }

    /** Parses a value; {@link ApiException} 400 names what is wrong and where. */
    public <T> T parse(byte[] bytes, Class<T> type) {
        try (JsonParser parser = JsonInput.parser(bytes)) {
            T value = mapper.readerFor(type).readValue(parser);
            if (value == null) throw ApiException.invalid("The body must be a JSON object, not null");
            return value;
        } catch (StreamReadException malformed) {
            throw ApiException.invalid("The body is not well-formed JSON (line "
                    + malformed.getLocation().getLineNr() + ", column "
                    + malformed.getLocation().getColumnNr() + ")");
        } catch (MismatchedInputException wrong) {
            throw ApiException.invalid(mismatch(wrong));
        } catch (StreamConstraintsException tooMuch) {
            throw ApiException.invalid("The body holds a name or a number that is too long, or is nested too deep");
        } catch (JacksonException wrong) {
            throw ApiException.invalid("The body can't be read" + at(wrong.getPath()));
        }
    }

    private static String mismatch(MismatchedInputException wrong) {
        Class<?> wanted = wrong.getTargetType();
        String kind = wanted == null ? "of another type" : JsonTypes.name(wanted);
        return wrong.getPath().isEmpty()
                ? "The body must be " + kind
                : "The value" + at(wrong.getPath()) + " must be " + kind;
    }

    private static String at(List<JacksonException.Reference> path) {
        return path.isEmpty() ? "" : path.stream().map(Json::step).collect(Collectors.joining(".", " of \"", "\""));
    }

    private static String step(JacksonException.Reference step) {
        String name = step.getPropertyName();
        return name == null ? String.valueOf(step.getIndex()) : name;
    }

    /** Writes a value. */
    public byte[] bytes(Object value) {
        return mapper.writeValueAsBytes(value);
    }

    /** An answer with this body. */
    public Mono<ServerResponse> answer(ServerResponse.BodyBuilder response, Object value) {
        return response.contentType(MediaType.APPLICATION_JSON).bodyValue(bytes(value));
    }
}
