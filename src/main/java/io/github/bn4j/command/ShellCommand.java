package io.github.bn4j.command;

import io.github.bn4j.console.Shell;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Unmatched;

/** Opens the shell. */
@Command(
        name = "shell",
        description = "Opens JShell with everything of bn4j imported.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class ShellCommand implements Callable<Integer> {

    @Parameters(paramLabel = "ARGUMENT", description = "Those of the jshell command, such as files to load.")
    private List<String> files = List.of();

    @Unmatched
    private List<String> options = List.of();

    @Override
    public Integer call() throws Exception {
        Shell.main(Stream.of(options, files).flatMap(List::stream).toArray(String[]::new));
        return ExitStatus.DONE;
    }
}
