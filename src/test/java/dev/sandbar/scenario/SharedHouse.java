package dev.sandbar.scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.springframework.util.FileSystemUtils;

/** One service for all suites that need none of their own. Each has to leave it empty. */
final class SharedHouse implements ParameterResolver, AfterAllCallback {

    /** How long the wish of a page that was left waits there. */
    static final int GRACE_SECONDS = 2;

    /** Closed when all tests are over. */
    private record Held(Path directory, House house) implements AutoCloseable {

        static Held open() {
            try {
                Path directory = Files.createTempDirectory("sandbar-scenario");
                String grace = GRACE_SECONDS + "s";
                return new Held(directory, new House(directory, Map.of("SANDBAR_SESSIONS_PAGEHIDEWAIT", grace)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            house.close();
            FileSystemUtils.deleteRecursively(directory);
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == House.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return house(context);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        House house = house(context);
        house.api().sessions().forEach(house.api()::end);
        house.assertEmpty();
    }

    private static House house(ExtensionContext context) {
        return context.getRoot()
                .getStore(Namespace.create(SharedHouse.class))
                .computeIfAbsent(Held.class, type -> Held.open(), Held.class)
                .house();
    }
}
