package io.github.bn4j.internal;

import java.nio.file.Path;
import java.util.Optional;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The native code of ND4J, which JavaCPP unpacks to a folder and loads from there.
 *
 * <p>ND4J finds its backend through the context class loader of the thread that touches it first; a null or foreign loader
 * there breaks it for the life of the JVM.
 */
final class Natives {

    static final String CACHE = "org.bytedeco.javacpp.cachedir";

    /** JavaCPP writes to stderr unless this says "slf4j", which is where ND4J writes. */
    private static final String LOGGER = "org.bytedeco.javacpp.logger";

    private Natives() {}

    /** Makes settings for JavaCPP, unless there are such, before its first use, when it takes them. */
    static void prepare() {
        if (System.getProperty("user.home", "").equals("?") && System.getProperty(CACHE) == null) {
            // The system does not know this user; JavaCPP would make a folder of that name, but has this one for
            // such cases.
            String name = ".javacpp-" + System.getProperty("user.name");
            System.setProperty(
                    CACHE,
                    Path.of(System.getProperty("java.io.tmpdir"), name, "cache").toString());
        }
        if (System.getProperty(LOGGER) == null) {
            // On Arm it is newer than ND4J's, of which it would warn in each process.
            System.setProperty(LOGGER, "slf4j");
        }
    }

    /** Starts ND4J once; the JVM tells why it cannot be loaded the first time only, so the reason is kept. */
    private static final class Started {
        static final Optional<Throwable> FAILURE = run();

        private static Optional<Throwable> run() {
            prepare();
            Thread thread = Thread.currentThread();
            ClassLoader before = thread.getContextClassLoader();
            thread.setContextClassLoader(Natives.class.getClassLoader());
            try {
                SpinLimit.set();
                Nd4j.getBackend();
                if (System.getProperty("os.arch", "").equals("aarch64")) {
                    // Convolutions of the Arm Compute Library write where they may not, which ends the process.
                    Nd4j.getEnvironment().allowHelpers(false);
                }
                return Optional.empty();
            } catch (LinkageError | RuntimeException e) {
                return Optional.of(e);
            } finally {
                thread.setContextClassLoader(before);
            }
        }
    }

    /**
     * Makes sure that ND4J runs.
     *
     * @throws IllegalStateException each time, if it cannot be loaded
     */
    static void start() {
        Started.FAILURE.ifPresent(failure -> {
            throw new IllegalStateException(sentence(failure), failure);
        });
    }

    /** ND4J speaks of missing dependencies whatever the reason, which stands at the end of the chain. */
    static String sentence(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String reason =
                String.valueOf(root.getMessage()).lines().findFirst().orElse("").replaceFirst("\\.$", "");
        boolean absent = reason.startsWith("no jni")
                || reason.startsWith("Could not find jni")
                || root.getClass().getSimpleName().startsWith("NoAvailableBackend");
        return "bn4j expects to load the natives of ND4J but got "
                + root.getClass().getSimpleName() + ": " + reason
                + (absent
                        ? "; put the jars with the natives of this platform on the class path"
                        : "; name a folder that can be written to, has room for 500 MB and is not mounted noexec by -D"
                                + CACHE + "=/some/folder");
    }
}
