package io.github.bn4j.example;

import io.github.bn4j.console.Shell;
import io.github.bn4j.internal.Quiet;
import java.util.Arrays;

/** What {@code java -jar} starts: the shell, or the example. */
public final class Commands {

    private Commands() {}

    /** Takes {@code shell}, which is meant where nothing is said, or {@code example}, and the arguments of either. */
    public static void main(String[] arguments) throws Exception {
        String command = arguments.length == 0 ? "shell" : arguments[0];
        String[] rest = Arrays.copyOfRange(arguments, Math.min(1, arguments.length), arguments.length);
        switch (command) {
            case "shell" -> Shell.main(rest);
            case "example" -> {
                Quiet.aboutMemoryAccess();
                Main.main(rest);
            }
            default -> {
                System.err.println("bn4j expects the command shell or example but got \"" + command + "\"");
                System.exit(2);
            }
        }
    }
}
