package dev.sandbar.store.sqlite;

import dev.sandbar.store.Document;
import dev.sandbar.store.LogEntry;
import dev.sandbar.store.sqlite.ReadConnection.Ends;
import dev.sandbar.store.sqlite.ReadConnection.Page;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a reader is in what it reads page by page, with nothing held open in between. For one reader, used in turn. */
abstract class Pages<T> {

    private volatile boolean more = true;

    final List<T> next(ReadConnection connection) throws SQLException {
        Page<T> page = read(connection);
        more = !page.end();
        return page.rows();
    }

    final boolean more() {
        return more;
    }

    abstract Page<T> read(ReadConnection connection) throws SQLException;

    static final class OfDocuments extends Pages<Document> {

        private final String kind;
        private String after = "";

        OfDocuments(String kind) {
            this.kind = kind;
        }

        @Override
        Page<Document> read(ReadConnection connection) throws SQLException {
            Page<Document> page = connection.list(kind, after);
            if (!page.rows().isEmpty())
                after = page.rows().get(page.rows().size() - 1).id();
            return page;
        }
    }

    /** Keeps to the log, and to the end, that there was at first. */
    static final class OfEntries extends Pages<LogEntry> {

        private final String name;
        private long after;
        private int limit;
        private @Nullable Ends ends;

        OfEntries(String name, long after, int limit) {
            this.name = name;
            this.after = after;
            this.limit = limit;
        }

        @Override
        Page<LogEntry> read(ReadConnection connection) throws SQLException {
            if (ends == null) ends = connection.ends(name);
            if (ends == null || limit <= 0) return new Page<>(List.of(), true);
            Page<LogEntry> page =
                    connection.entries(ends.id(), after, ends.range().last(), limit);
            if (page.rows().isEmpty()) return page;
            after = page.rows().get(page.rows().size() - 1).sequence();
            limit -= page.rows().size();
            return new Page<>(
                    page.rows(),
                    page.end() || limit == 0 || after == ends.range().last());
        }
    }
}
