package io.github.bn4j.command;

import io.github.bn4j.internal.Quiet;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** What {@code java -jar} starts: the shell, the example, and commands for models in files. */
public final class Commands {

    private Commands() {}

    /** Takes a command and its arguments, of which {@code --help} tells; opens the shell where nothing is said. */
    public static void main(String[] arguments) {
        Quiet.aboutMemoryAccess();
        int status = run(System.out, System.err, arguments);
        System.out.flush();
        System.exit(status);
    }

    /**
     * Runs a command.
     *
     * @param out for what was asked for
     * @param err for a sentence on what became of it, or what is wrong
     * @return the exit status
     */
    static int run(PrintStream out, PrintStream err, String... arguments) {
        CommandLine line = new CommandLine(new Program())
                .addSubcommand(new Lint(out, err))
                .addSubcommand(new Summary(out))
                .addSubcommand(new Fold(out))
                .addSubcommand(new Convert())
                .addSubcommand(new Predict(out))
                .addSubcommand(new ShellCommand())
                .addSubcommand(new ExampleCommand());
        StringWriter help = new StringWriter();
        StringWriter refusal = new StringWriter();
        line.setOut(new PrintWriter(help))
                .setErr(new PrintWriter(refusal))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(false)
                .setParameterExceptionHandler(Refusals::misuse)
                .setExecutionExceptionHandler(Refusals::failure);
        int status;
        try {
            status = line.execute(arguments);
        } catch (VirtualMachineError | LinkageError failure) {
            status = ExitStatus.REFUSED;
            err.println(Refusals.sentence(failure));
        }
        out.print(help);
        err.print(refusal);
        return status;
    }
}
