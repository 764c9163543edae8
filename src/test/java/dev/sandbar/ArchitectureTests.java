package dev.sandbar;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivestreams.Publisher;
import org.springframework.http.HttpHeaders;

class ArchitectureTests {

    private static final JavaClasses PROJECT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.sandbar");

    private static final String FILE_ACCESS = "java\\.io\\.(File|FileInputStream|FileOutputStream|FileReader|FileWriter"
            + "|RandomAccessFile)|java\\.nio\\.file\\.Files|java\\.nio\\.channels\\.\\w*FileChannel";
    private static final String[] ADAPTERS = {"dev.sandbar.runtime.*..", "dev.sandbar.store.*.."};
    private static final String[] FILES = {
        "dev.sandbar.runtime.*..",
        "dev.sandbar.store.*..",
        "dev.sandbar.data..",
        "dev.sandbar.server..",
        "dev.sandbar.client..",
        "dev.sandbar.cli.."
    };

    /** Each package, and which of ours it may know besides itself. Two dots mean with its sub-packages. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "async..       | ",
                "data..        | ",
                "store         | async..",
                "store.*..     | async.. store",
                "runtime       | async..",
                "runtime.*..   | async.. runtime",
                "token..       | async.. store",
                "event..       | async.. store",
                "sandbox..     | async.. store event.. runtime",
                "command..     | async.. store event.. runtime sandbox..",
                "plan..        | async.. store event.. runtime sandbox.. command..",
                "session..     | async.. store event.. runtime sandbox.. command.. plan.. token..",
                "web..         | async.. store event.. runtime sandbox.. command.. plan.. token.. session..",
                "autoconfigure.. | async.. store.. event.. runtime.. sandbox.. command.. plan.. token.. session.."
                        + " web.. data..",
                "server..      | async.. store event.. runtime sandbox.. command.. plan.. token.. session.. web.."
                        + " data.. autoconfigure..",
                "client..      | async..",
                "cli..         | async.. client..",
            })
    void arrowsPointOneWay(String from, String known) {
        String[] mayKnow = known == null ? new String[0] : known.split(" ");
        classes()
                .that(resideInAPackage("dev.sandbar." + from))
                .should()
                .onlyDependOnClassesThat(not(resideInAPackage("dev.sandbar.."))
                        .or(resideInAPackage("dev.sandbar." + from))
                        .or(resideInAnyPackage(prefixed(mayKnow))))
                .check(PROJECT);
    }

    @Test
    void everyClassLiesInAPackageOfTheDesign() {
        classes()
                .should()
                .resideInAnyPackage(prefixed(
                        "async..",
                        "data..",
                        "store..",
                        "runtime..",
                        "token..",
                        "event..",
                        "sandbox..",
                        "command..",
                        "plan..",
                        "session..",
                        "web..",
                        "autoconfigure..",
                        "server..",
                        "client..",
                        "cli.."))
                .orShould()
                .haveSimpleName("package-info")
                .check(PROJECT);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.sandbar.(*)..").should().beFreeOfCycles().check(PROJECT);
    }

    @Test
    void primitivesKnowOnlyReactor() {
        classes()
                .that(resideInAPackage("dev.sandbar.async.."))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "java..",
                        "dev.sandbar.async..",
                        "reactor..",
                        "org.reactivestreams..",
                        "org.slf4j..",
                        "org.jspecify.."))
                .check(PROJECT);
    }

    @Test
    void interfacesToAdaptersKnowNoSpring() {
        noClasses()
                .that(resideInAnyPackage("dev.sandbar.runtime..", "dev.sandbar.store..", "dev.sandbar.data.."))
                .should()
                .dependOnClassesThat(resideInAPackage("org.springframework.."))
                .check(PROJECT);
    }

    @Test
    void nobodyWaitsByBlocking() {
        noClasses()
                .that(not(resideInAPackage("dev.sandbar.cli..")))
                .should()
                .accessTargetWhere(calls(
                        Publisher.class, "block", "blockFirst", "blockLast", "blockOptional", "toIterable", "toStream"))
                .orShould()
                .accessTargetWhere(calls(Future.class, "get", "join"))
                .orShould()
                .accessTargetWhere(calls(Thread.class, "sleep", "join"))
                .check(PROJECT);
    }

    /** What is told has milliseconds: what is kept must have no more, or places in lists lie between two of them. */
    @Test
    void timesThatAreToldAreMadeWithMilliseconds() {
        noClasses()
                .that(not(resideInAnyPackage("dev.sandbar.client..", "dev.sandbar.runtime..", "dev.sandbar.cli..")))
                .should()
                .callMethod(Instant.class, "now")
                .orShould()
                .callMethod(Clock.class, "systemUTC")
                .check(PROJECT);
    }

    @Test
    void onlyThePrimitivesOwnSubscriptions() {
        noClasses()
                .that(not(resideInAPackage("dev.sandbar.async..")))
                .should()
                .accessTargetWhere(calls(Publisher.class, "subscribe"))
                .check(PROJECT);
    }

    /** Operators that end shared work with its last subscriber: {@code SingleFlight} is for that. */
    @Test
    void nobodySharesWorkByCountingSubscribers() {
        noClasses()
                .should()
                .accessTargetWhere(calls(
                        Publisher.class,
                        "share",
                        "refCount",
                        "autoConnect",
                        "cacheInvalidateIf",
                        "cacheInvalidateWhen"))
                .check(PROJECT);
    }

    @Test
    void filesAndProcessesAreTouchedOnlyWhereTheyBelong() {
        noClasses()
                .that(not(resideInAnyPackage(FILES)))
                .should()
                .dependOnClassesThat()
                .haveNameMatching(FILE_ACCESS + "|java\\.lang\\.(ProcessBuilder|Runtime)")
                .check(PROJECT);
    }

    /** What uses the token file is given to the disk's scheduler, and nobody else can touch it. */
    @Test
    void tokensAreKeptInAFileByTwoClassesOnly() {
        noClasses()
                .that(resideInAPackage("dev.sandbar.client"))
                .and()
                .haveNameMatching(".*\\.(Token|CachedToken|SavedToken|RejectedTokens|Pauses)\\w*(\\$.*)?")
                .and()
                .haveNameNotMatching(".*\\.TokenFile(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .haveNameMatching(FILE_ACCESS)
                .check(PROJECT);
        noClasses()
                .that()
                .haveNameNotMatching("dev\\.sandbar\\.client\\.(TokenFile|TokenStore)(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("dev\\.sandbar\\.client\\.TokenFile(\\$.*)?")
                .check(PROJECT);
    }

    @Test
    void theClientTouchesFilesOnlyForTokensDownloadsAndUploads() {
        noClasses()
                .that(resideInAPackage("dev.sandbar.client.."))
                .and()
                .haveNameNotMatching(".*\\.(TempFile|LocalFile(\\$.*)?|Syncing|Token\\w+|SavedTokens\\w*)")
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.nio\\.file\\.Files|java\\.nio\\.channels\\.\\w*FileChannel")
                .check(PROJECT);
    }

    @Test
    void onlyProgramsPrint() {
        noClasses()
                .that(not(resideInAnyPackage("dev.sandbar.server..", "dev.sandbar.cli..")))
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(Throwable.class, "printStackTrace")
                .check(PROJECT);
    }

    /** And that knows no feature: whatever is asked for with a key brings its own work. */
    @Test
    void ofTheWebOnlyKeysAreStored() {
        noClasses()
                .that(resideInAPackage("dev.sandbar.web.."))
                .and(not(resideInAPackage("dev.sandbar.web.idempotency..")))
                .should()
                .dependOnClassesThat()
                .haveNameMatching("dev\\.sandbar\\.store\\.(Store|Change|Document|Journals?)")
                .check(PROJECT);
        noClasses()
                .that(resideInAPackage("dev.sandbar.web.idempotency.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage(prefixed(
                        "sandbox..", "command..", "plan..", "session..", "event..", "token..", "web.control..")))
                .check(PROJECT);
    }

    /** A length that is declared, and a body that somebody else can change meanwhile: only one class holds them together. */
    @Test
    void lengthsAreDeclaredOnlyWhereTheBodyIsHeldToThem() {
        noClasses()
                .that(resideInAnyPackage("dev.sandbar.web..", "dev.sandbar.server.."))
                .and()
                .haveNameNotMatching(".*\\.(DeclaredLength|Refusals|ServerRefusals)")
                .should()
                .callMethodWhere(calls(HttpHeaders.class, "setContentLength"))
                .check(PROJECT);
    }

    @Test
    void absenceIsNotStoredAsOptional() {
        noFields().should().haveRawType(Optional.class).check(PROJECT);
    }

    @Test
    void adaptersShowOnlyWhatIsWired() {
        Set<JavaClass> wiring = wiring();
        assertThat(wiring).isNotEmpty();
        assertThat(PROJECT.stream().filter(ArchitectureTests::shown))
                .allMatch(adapter -> adapter.getDirectDependenciesToSelf().stream()
                        .anyMatch(dependency -> wiring.contains(dependency.getOriginClass())));
    }

    @Test
    void everyPackageIsNullMarked() {
        assertThat(PROJECT.stream().map(JavaClass::getPackage).distinct())
                .isNotEmpty()
                .allMatch(found -> found.tryGetPackageInfo()
                        .filter(info -> info.isAnnotatedWith(NullMarked.class))
                        .isPresent());
    }

    private static Set<JavaClass> wiring() {
        return PROJECT.stream()
                .filter(resideInAPackage("dev.sandbar.autoconfigure.."))
                .collect(toSet());
    }

    private static boolean shown(JavaClass adapter) {
        return resideInAnyPackage(ADAPTERS).test(adapter)
                && adapter.isTopLevelClass()
                && adapter.getModifiers().contains(JavaModifier.PUBLIC);
    }

    private static DescribedPredicate<JavaAccess<?>> calls(Class<?> owner, String... names) {
        Set<String> wanted = Set.of(names);
        DescribedPredicate<AccessTarget> method = describe(
                owner.getSimpleName() + "." + Arrays.toString(names),
                called -> wanted.contains(called.getName()) && called.getOwner().isAssignableTo(owner));
        return target(method).forSubtype();
    }

    private static String[] prefixed(String... names) {
        return Arrays.stream(names).map(name -> "dev.sandbar." + name).toArray(String[]::new);
    }
}
