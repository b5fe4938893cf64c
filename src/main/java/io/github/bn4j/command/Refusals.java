package io.github.bn4j.command;

import java.io.UncheckedIOException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in a sentence what went wrong. */
final class Refusals {

    /** What the library refuses with, and what ND4J and the JVM say when memory ends. */
    private static final List<Class<? extends Throwable>> KNOWN = List.of(
            IllegalArgumentException.class,
            IllegalStateException.class,
            UnsupportedOperationException.class,
            UncheckedIOException.class);

    private Refusals() {}

    /** Arguments that no command takes. */
    static int misuse(ParameterException wrong, String[] arguments) {
        CommandLine command = wrong.getCommandLine();
        command.getErr().println(misuse(wrong, command));
        return ExitStatus.REFUSED;
    }

    private static String misuse(ParameterException wrong, CommandLine command) {
        boolean first = command.getParent() == null;
        if (first && wrong instanceof UnmatchedArgumentException unmatched) {
            return "bn4j expects one of the commands "
                    + command.getSubcommands().keySet() + " but got \""
                    + unmatched.getUnmatched().get(0) + "\"; --help tells of them";
        }
        String name = command.getCommandName();
        return name + " expects valid arguments but got \"" + wrong.getMessage() + "\"; " + (first ? "" : name + " ")
                + "--help tells of them";
    }

    /** What a command cannot do. */
    static int failure(Exception failure, CommandLine command, ParseResult arguments) {
        boolean known = KNOWN.stream().anyMatch(kind -> kind.isInstance(failure));
        String message = failure.getMessage();
        command.getErr()
                .println(
                        known && message != null
                                ? message
                                : command.getCommandName() + " expects to come to its end but got " + failure
                                        + "; this is a fault of bn4j, please report it");
        return ExitStatus.REFUSED;
    }

    /** What the JVM cannot do: too little memory, or natives that are not for this computer. */
    static String sentence(Error failure) {
        return failure instanceof OutOfMemoryError
                ? "bn4j expects enough memory but got " + failure
                        + "; start it with more, such as java -Xmx8g -jar bn4j-all.jar"
                : "bn4j expects a computer that it can run on but got " + failure
                        + "; the page Installing tells which those are";
    }
}
