package io.github.bn4j.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.gson.Gson;
import io.github.bn4j.Python;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell as somebody sees it who types in a terminal, which the script {@code terminal.py} is. */
class ShellInATerminalTest {

    private static final String PROMPT = "bn4j> ";
    private static final String CTRL_C = "\u0003";

    @TempDir
    private Path folder;

    @BeforeEach
    void requireATerminal() throws Exception {
        assumeTrue(
                Python.run("-c", "import fcntl, pty, termios").isEmpty(),
                "python3 with the module pty is not installed, which makes a terminal on Linux and macOS");
    }

    /** The lines of the terminal after pairs of what is waited for and what is typed then. */
    private List<String> shell(int columns, String... steps) throws Exception {
        List<List<String>> pairs = new ArrayList<>();
        for (int i = 0; i < steps.length; i += 2) {
            pairs.add(List.of(steps[i], steps[i + 1]));
        }
        List<String> call = new ArrayList<>(
                List.of("src/test/resources/console/terminal.py", Integer.toString(columns), new Gson().toJson(pairs)));
        call.addAll(ShellTest.command(folder));
        String output = Python.run(call.toArray(String[]::new));
        assertThat(output).doesNotContain("never printed", "Traceback");
        return output.lines().toList();
    }

    private static String after(List<String> lines, String pattern) {
        int line = IntStream.range(0, lines.size())
                .filter(i -> lines.get(i).matches(pattern))
                .findFirst()
                .orElseThrow(() -> new AssertionError(pattern + " in\n" + String.join("\n", lines)));
        return lines.get(line + 1);
    }

    private static String training(String epochs) {
        return "Network net = Network.input(1, 8, 8).flatten().dense(13).batchNorm1d().dense(10).build(1);\r"
                + "History h = net.trainer().loss(Loss.softmaxCrossEntropy()).epochs(" + epochs
                + ").fit(Digits.load().slice(0, 200), Digits.load().slice(200, 300));\r";
    }

    /** Pasted by a terminal that marks what it pastes. */
    @Test
    void takesTheTourAsAWhole() throws Exception {
        Path model = folder.resolve("digits.safetensors");
        String tour = Files.readString(Path.of("src/main/resources/io/github/bn4j/console/tour.txt"))
                .replace("digits.safetensors", model.toString());
        List<String> lines = shell(
                100,
                PROMPT,
                "\u001b[200~" + tour.replace("\n", "\r") + "\u001b[201~\r",
                "See also(?s:.)*" + PROMPT,
                "again.parameters().names().size()\r",
                PROMPT,
                "/exit\r");

        assertThat(lines)
                .noneMatch(line -> line.startsWith("|"))
                .anyMatch(
                        line -> line.matches("100% epoch 3/3 loss 0\\.\\d{4} accuracy 0\\.\\d{4} in 0:\\d\\d \\[=+]"));
        assertThat(after(lines, ".*again\\.parameters\\(\\)\\.names\\(\\)\\.size\\(\\)"))
                .isEqualTo("12");
        assertThat(model).exists();
    }

    @Test
    void endsATrainingAtCtrlCWithOneLineAndGoesOn() throws Exception {
        List<String> lines = shell(
                80,
                PROMPT,
                training("1_000_000"),
                "epoch \\d{3,}/1000000 loss",
                CTRL_C,
                "interrupted(?s:.)*" + PROMPT,
                "h.epochs().size() >= 99\r",
                PROMPT,
                "1 + 1\r",
                PROMPT,
                "/exit\r");

        assertThat(after(lines, " +\\d+% epoch \\d+/1000000 loss [0-9.e-]+ accuracy 0\\.\\d{4} [0-9:]+ left.*"))
                .matches("ended early, (in|after) epoch \\d+.*: the thread was interrupted");
        assertThat(after(lines, "ended early.*")).contains("h.epochs().size() >= 99");
        assertThat(after(lines, ".*h\\.epochs\\(\\)\\.size\\(\\) >= 99")).isEqualTo("true");
        assertThat(after(lines, ".*1 \\+ 1")).isEqualTo("2");
    }

    @Test
    void keepsWhatIsMostImportantInANarrowTerminal() throws Exception {
        List<String> lines = shell(40, PROMPT, training("40"), "100% epoch(?s:.)*" + PROMPT, "/exit\r");

        assertThat(after(lines, "100% epoch 40/40 loss [0-9.e-]+ acc [0-9.]+.*"))
                .contains("/exit");
    }

    /** Of an error the last line says what to do; where it came from is there for those who ask. */
    @Test
    void endsAnErrorWithWhatToDo() throws Exception {
        List<String> lines = shell(
                200,
                PROMPT,
                "Network.input(1, 8, 8).dense(3).build(1)\r",
                PROMPT,
                "trace()\r",
                PROMPT,
                "List.of().get(0)\r",
                PROMPT,
                "help(\"freeze\")\r",
                PROMPT,
                "/exit\r");

        assertThat(lines)
                .anyMatch(line -> line.startsWith("|  Exception io.github.bn4j.graph.ShapeException: layer ")
                        && line.contains("; "));
        assertThat(lines.stream().filter(line -> line.contains("trace()"))).hasSize(1);
        assertThat(lines).anyMatch(line -> line.contains("at io.github.bn4j."));
        assertThat(lines).anyMatch(line -> line.contains("at ImmutableCollections"));
        assertThat(lines).anyMatch(line -> line.startsWith("Freezing (docs/batchnorm.md#freezing)"));
        int error = IntStream.range(0, lines.size())
                .filter(i -> lines.get(i).contains("trace()"))
                .findFirst()
                .orElseThrow();
        assertThat(lines.get(error - 1))
                .as("the last line of the message")
                .startsWith("|  Exception")
                .endsWith("; put a Flatten before it");
    }
}
