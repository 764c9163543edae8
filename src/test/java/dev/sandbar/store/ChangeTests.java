package dev.sandbar.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChangeTests {

    private static final byte[] SMALL = {1, 2, 3};

    private static Change.Put put(String kind, String id, byte[] content) {
        return new Change.Put(kind, id, Change.NEW, content);
    }

    private static void assertName(String name) {
        assertThat(put("kind", name, SMALL).id()).isEqualTo(name);
    }

    private static void assertNoName(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> put("kind", name, SMALL));
        assertThatIllegalArgumentException().isThrownBy(() -> put(name, "id", SMALL));
        assertThatIllegalArgumentException().isThrownBy(() -> new Change.Delete("kind", name, Change.ANY));
        assertThatIllegalArgumentException().isThrownBy(() -> new Change.Drop(name));
        assertThatIllegalArgumentException().isThrownBy(() -> new Change.Append(name, List.of(), Change.Retention.ALL));
    }

    @Test
    void namesAreOfLettersDigitsAndFewOthers() {
        assertName("azAZ09_./-");
        assertName("a".repeat(200));
        assertNoName("");
        assertNoName("a".repeat(201));
        for (char c : "`{@[/:".toCharArray()) {
            if (c != '/') assertNoName("a" + c);
        }
        assertNoName("ä");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> put("kind", "?".repeat(300), SMALL))
                .withMessageContaining("\"" + "?".repeat(200) + "...\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> put("kind", "?".repeat(200), SMALL))
                .withMessageEndingWith("\"" + "?".repeat(200) + "\"");
    }

    @Test
    void versionsAreNotBelowAny() {
        assertThat(new Change.Delete("kind", "id", Change.ANY).expected()).isEqualTo(-1);
        assertThatIllegalArgumentException().isThrownBy(() -> new Change.Delete("kind", "id", -2));
        assertThatIllegalArgumentException().isThrownBy(() -> new Change.Put("kind", "id", -2, SMALL));
    }

    @Test
    void contentIsBoundedByItselfAndTogether() {
        byte[] largest = new byte[Store.CONTENT_MAX];
        byte[] larger = new byte[Store.CONTENT_MAX + 1];
        assertThat(put("kind", "id", largest).bytes()).isEqualTo(Store.CONTENT_MAX);
        assertThatIllegalArgumentException().isThrownBy(() -> put("kind", "id", larger));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Change.Append("log", List.of(larger), Change.Retention.ALL));
        int most = Store.COMMIT_MAX / Store.CONTENT_MAX;
        byte[] rest = new byte[Store.COMMIT_MAX - most * Store.CONTENT_MAX];
        List<byte[]> entries = new ArrayList<>(Collections.nCopies(most, largest));
        if (rest.length > 0) entries.add(rest);
        Change.Append all = new Change.Append("log", entries, Change.Retention.ALL);
        assertThat(all.bytes()).isEqualTo(Store.COMMIT_MAX);
        assertThat(Change.together(List.of(all))).containsExactly(all);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Change.together(List.of(all, put("kind", "id", new byte[1]))));
    }

    @Test
    void removalsWriteNothing() {
        assertThat(new Change.Delete("kind", "id", Change.ANY).bytes()).isZero();
        assertThat(new Change.Drop("log").bytes()).isZero();
    }

    @Test
    void documentIsChangedOnceInACommit() {
        Change.Delete delete = new Change.Delete("kind", "id", Change.ANY);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Change.together(List.of(put("kind", "id", SMALL), delete)))
                .withMessageContaining("twice");
        assertThat(Change.together(List.of(put("kind", "id", SMALL), put("other", "id", SMALL))))
                .hasSize(2);
    }
}
