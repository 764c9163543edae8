package dev.sandbar.session;

import dev.sandbar.store.Change;
import dev.sandbar.store.Document;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the tools of a session have read in its sandbox, as it is in the store: written with the end of the call that read
 * it, so that a restart changes nothing about what may be changed.
 *
 * @param files canonical path to content hash, the longest unused first
 */
record SeenRecord(@Nullable String sandbox, @Nullable Map<String, String> files) {

    static final String KIND = "session-files";
    private static final Logger log = LoggerFactory.getLogger(SeenRecord.class);
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    static Change.Put put(String session, String sandbox, Map<String, String> files) {
        return new Change.Put(KIND, session, Change.ANY, MAPPER.writeValueAsBytes(new SeenRecord(sandbox, files)));
    }

    static Change.Delete delete(String session) {
        return new Change.Delete(KIND, session, Change.ANY);
    }

    /** What can't be read is as if nothing had been seen. */
    static SeenRecord read(Document document) {
        try {
            return MAPPER.readValue(document.content(), SeenRecord.class);
        } catch (JacksonException error) {
            log.error("What session {} has read is not known any more", document.id(), error);
            return new SeenRecord(null, null);
        }
    }

    Map<String, String> known() {
        return files == null ? new LinkedHashMap<>() : files;
    }
}
