package io.github.bn4j.command;

import io.github.bn4j.example.Main;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Runs the example. */
@Command(
        name = "example",
        description = "Trains the network of the README on embedded digits.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class ExampleCommand implements Callable<Integer> {

    @Override
    public Integer call() {
        Main.main(new String[0]);
        return ExitStatus.DONE;
    }
}
