package io.github.bn4j.command;

import io.github.bn4j.console.Shell;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The program as a whole; without a command it is the shell. */
@Command(
        name = "bn4j",
        description = "Batch-norm neural networks: looks at models in files, changes them, runs them.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "[COMMAND]",
        commandListHeading = "%nCommands, each of which has a --help of its own:%n",
        footer = {"", "Without a command it opens a shell with everything of bn4j imported."})
final class Program implements Callable<Integer> {

    @Override
    public Integer call() throws Exception {
        Shell.main(new String[0]);
        return ExitStatus.DONE;
    }
}
