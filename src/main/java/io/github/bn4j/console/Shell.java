package io.github.bn4j.console;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.console.internal.InterruptingExecution;
import io.github.bn4j.internal.Checks;
import io.github.bn4j.internal.Quiet;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.prefs.Preferences;
import jdk.jshell.tool.JavaShellToolBuilder;

/**
 * JShell with everything of bn4j imported. Code that is typed runs in the JVM of the shell itself, so that it sees the
 * class path and the terminal that the shell was started with.
 */
public final class Shell {

    private static final String CONFIGURED = "configured";

    // Kept for as long as the JVM lives: loggers that nobody refers to forget their level.
    private static final Logger PREFERENCES_LOGGER = Logger.getLogger("java.util.prefs");

    private Shell() {}

    /**
     * Starts the shell and ends the process with it.
     *
     * @param arguments those of the {@code jshell} command, such as files to load
     */
    public static void main(String[] arguments) throws Exception {
        Checks.checkState(
                ModuleLayer.boot().findModule("jdk.jshell").isPresent(),
                "Shell expects a JDK but got a Java without jdk.jshell in %s; start it with the java of a JDK",
                System.getProperty("java.home"));
        Quiet.aboutMemoryAccess();
        PREFERENCES_LOGGER.setLevel(Level.OFF);
        Preferences preferences = Preferences.userRoot().node("io/github/bn4j/shell");
        if (!preferences.getBoolean(CONFIGURED, false)) {
            configure(preferences);
        }
        Path startup = Files.createTempFile("bn4j", ".jsh");
        startup.toFile().deleteOnExit();
        Files.writeString(startup, resource("startup.jsh"));
        List<String> all =
                new ArrayList<>(List.of("--execution=" + InterruptingExecution.NAME, "--startup=" + startup));
        all.add("--class-path=" + System.getProperty("java.class.path"));
        all.addAll(List.of(arguments));
        int status = JavaShellToolBuilder.builder().persistence(preferences).start(all.toArray(String[]::new));
        System.exit(status);
    }

    /** JShell takes prompt and format from its own settings only; so, once per user, a first session retains them. */
    private static void configure(Preferences preferences) throws Exception {
        Map<String, String> settings = new HashMap<>();
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        int ignored = JavaShellToolBuilder.builder()
                .persistence(settings)
                .in(new ByteArrayInputStream(resource("mode.jsh").getBytes(StandardCharsets.UTF_8)), null)
                .out(nowhere)
                .err(nowhere)
                .start("--execution=local", "--no-startup");
        List<String> history = List.of("HISTORY", "REPLAY");
        settings.forEach((key, value) -> {
            if (history.stream().noneMatch(key::startsWith)) {
                preferences.put(key, value);
            }
        });
        preferences.putBoolean(CONFIGURED, true);
    }

    /** Prints a tour of the library in lines to paste; {@code help()} in the shell. */
    public static void help() {
        System.out.print(resource("tour.txt"));
    }

    /**
     * Prints what the documentation has about a topic: the code of the section that is most about it, and where else to look; {@code
     * help("freeze")} in the shell.
     *
     * @param topic a word of the field, or several, or a name of the library
     */
    public static void help(String topic) {
        Checks.checkGiven(topic, "help", "a topic");
        System.out.print(new Manual(page -> resource("docs/" + page)).about(topic));
    }

    /** Prints where the last error came from, of which the shell shows the message alone; {@code trace()} in the shell. */
    public static void trace() {
        System.out.print(InterruptingExecution.lastError()
                .map(Shell::trace)
                .orElse("No error of the library so far; what comes from elsewhere is shown with its trace at once"
                        + System.lineSeparator()));
    }

    private static String trace(Throwable error) {
        StringWriter trace = new StringWriter();
        error.printStackTrace(new PrintWriter(trace));
        return trace.toString();
    }

    private static String resource(String name) {
        try (InputStream in = requireNonNull(Shell.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
