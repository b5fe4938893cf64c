package io.github.bn4j.engine.onednn;

import io.github.bn4j.engine.Precision;
import io.github.bn4j.engine.onednn.internal.binding.Native;
import io.github.bn4j.internal.CacheFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Whether oneDNN computes here what reference arithmetic does, by a {@link ReferenceComparison}. It is asked on platforms where the
 * library's own tests do not run.
 *
 * <p>Its verdict is kept in a file for each version and processor. As natives that do not fit can end the process, the file says so
 * beforehand; the next process then does without.
 */
final class SelfCheck {

    private static final String PASSED = "passed";
    private static final String BEGUN = "begun by process ";

    private SelfCheck() {}

    /** What speaks against oneDNN in some precision on this platform; empty if nothing does. */
    static Optional<String> obstacle(Precision precision) {
        if (isTested(System.getProperty("os.name", ""), System.getProperty("os.arch", ""))) {
            return Optional.empty();
        }
        return CacheFolder.ofSystem()
                .map(folder ->
                        verdict(folder.resolve(file(precision)), () -> ReferenceComparison.difference(precision)))
                .orElseGet(() -> judged(() -> ReferenceComparison.difference(precision)));
    }

    /** What the engine says of itself on such a platform, where it runs. */
    static String note(String system, String processor) {
        return isTested(system, processor) ? "" : ", by its self-check the same as ND4J";
    }

    /** Whether the library's tests run on such a platform. */
    static boolean isTested(String system, String processor) {
        return system.equals("Linux") && List.of("amd64", "x86_64").contains(processor);
    }

    private static String file(Precision precision) {
        String name = String.join(
                "-",
                "onednn",
                Native.version(),
                System.getProperty("os.name", ""),
                System.getProperty("os.arch", ""),
                Native.instructionSet().orElse("none"),
                precision.mixed() ? "mixed" : "full");
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.-]", "") + ".txt";
    }

    /** The verdict in a file, or else that of a check, which is written there; a file that cannot be written is done without. */
    static Optional<String> verdict(Path file, Supplier<Optional<String>> check) {
        try {
            if (Files.exists(file)) {
                String text = Files.readString(file).strip();
                if (!text.startsWith(BEGUN)) {
                    return text.equals(PASSED) ? Optional.empty() : Optional.of(text);
                }
                return isAlive(text.substring(BEGUN.length()))
                        ? judged(check)
                        : Optional.of("a process that checked its results did not end well; delete " + file
                                + " to check again");
            }
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, BEGUN + ProcessHandle.current().pid());
        } catch (IOException | RuntimeException unwritable) {
            return judged(check);
        }
        Optional<String> verdict = judged(check);
        try {
            Files.writeString(file, verdict.orElse(PASSED));
        } catch (IOException unwritable) {
            return verdict;
        }
        return verdict;
    }

    private static boolean isAlive(String process) {
        return process.matches("\\d{1,18}")
                && ProcessHandle.of(Long.parseLong(process)).isPresent();
    }

    private static Optional<String> judged(Supplier<Optional<String>> check) {
        try {
            return check.get();
        } catch (RuntimeException | LinkageError failure) {
            return Optional.of("a check of its results failed: " + failure);
        }
    }
}
