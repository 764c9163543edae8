package dev.sandbar.session;

import dev.sandbar.store.Change;
import dev.sandbar.store.Document;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A tool call that goes on, as it is in the store: from the commit with its first event to the one with its last.
 *
 * @param session in which it runs
 */
record CallRecord(String session, String tool) {

    static final String KIND = "session-call";

    /** The type of its last event. */
    static final String END = "tool.end";

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    static Change.Put put(String id, String session, String tool) {
        return new Change.Put(KIND, id, Change.NEW, MAPPER.writeValueAsBytes(new CallRecord(session, tool)));
    }

    /**
     * @param version of the record; {@link Change#ANY} where nobody knows whether it was written
     */
    static Change.Delete delete(String id, long version) {
        return new Change.Delete(KIND, id, version);
    }

    /** Throws {@link tools.jackson.core.JacksonException} or {@link IllegalArgumentException} for anything else. */
    static CallRecord read(Document document) {
        CallRecord record = MAPPER.readValue(document.content(), CallRecord.class);
        if (record.session() == null || record.tool() == null) {
            throw new IllegalArgumentException("a tool call without its session or tool");
        }
        return record;
    }
}
