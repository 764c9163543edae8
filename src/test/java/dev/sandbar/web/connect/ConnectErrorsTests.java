package dev.sandbar.web.connect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandbar.runtime.AgentException;
import dev.sandbar.web.http.ApiException;
import dev.sandbar.web.http.Failures;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients try again what is exhausted or unavailable: nothing else may be called so. */
class ConnectErrorsTests {

    private static final Set<ConnectCode> TRY_AGAIN = Set.of(ConnectCode.RESOURCE_EXHAUSTED, ConnectCode.UNAVAILABLE);

    @ParameterizedTest
    @EnumSource(AgentException.Code.class)
    void ofAnAgentsRefusalsOnlyALackOfProcessesIsMendedByATryAgain(AgentException.Code code) {
        boolean mended = code == AgentException.Code.EXHAUSTED;
        AgentException refusal = new AgentException(code, "x");
        assertThat(Failures.of(refusal).status() == 429).isEqualTo(mended);
        assertThat(ConnectErrors.of(refusal).code() == ConnectCode.RESOURCE_EXHAUSTED)
                .isEqualTo(mended);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 405, 406, 409, 410, 412, 413, 415, 416, 422, 500, 501, 504, 507})
    void whatNoTryAgainMendsIsNotCalledSo(int status) {
        assertThat(ConnectErrors.of(new ApiException(status, "x")).code()).isNotIn(TRY_AGAIN);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void whatATryAgainMendsIsCalledSo(int status) {
        assertThat(ConnectErrors.of(new ApiException(status, "x")).code()).isIn(TRY_AGAIN);
    }
}
