package io.github.bn4j.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandsTest {

    @Test
    void listsTheCommands() {
        CommandRun run = CommandRun.of("--help");

        assertThat(run)
                .isEqualTo(new CommandRun(
                        0,
                        """
                Usage: bn4j [-hV] [COMMAND]
                Batch-norm neural networks: looks at models in files, changes them, runs them.
                  -h, --help      Show this help message and exit.
                  -V, --version   Print version information and exit.

                Commands, each of which has a --help of its own:
                  lint     Looks for biases that batch normalisation cancels, and for what else
                             a model could do without or lacks.
                  summary  Prints the layers of a model with the shapes of their outputs, their
                             parameters, and what became of their biases; of an .onnx also what
                             its nodes became.
                  fold     Writes a model for predictions, in which batch normalisations have
                             gone into their neighbours, and prints what went where and how far
                             predictions differ.
                  convert  Writes a model as another kind of file, .onnx or .safetensors, as
                             the endings say.
                  predict  Runs a model on the examples of a file and prints its outputs as
                             comma-separated values, a line for each example.
                  shell    Opens JShell with everything of bn4j imported.
                  example  Trains the network of the README on embedded digits.

                Without a command it opens a shell with everything of bn4j imported.
                """,
                        ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"lint", "summary", "fold", "convert", "predict"})
    void explainsACommandWithExitStatusAndExamples(String command) {
        CommandRun run = CommandRun.of(command, "--help");

        assertThat(run.status()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out())
                .startsWith("Usage: bn4j " + command + " ")
                .containsSubsequence(
                        "\nExit status:\n  0   ", "\n  2   ", "\nExamples:\n  java -jar bn4j-all.jar " + command);
        assertThat(run.out().lines()).allMatch(line -> line.length() <= 80);
    }

    @Test
    void tellsItsVersion() {
        assertThat(CommandRun.of("--version")).isEqualTo(new CommandRun(0, "bn4j development\n", ""));
    }

    @Test
    void refusesWrongArgumentsInASentence() {
        refuses(
                "bn4j expects one of the commands [lint, summary, fold, convert, predict, shell, example] but got \"train\"; --help tells of them",
                "train");
        refuses(
                "bn4j expects one of the commands [lint, summary, fold, convert, predict, shell, example] but got \"--fast\"; --help tells of them",
                "--fast");
        refuses(
                "lint expects valid arguments but got \"Missing required parameter: 'MODEL'\"; lint --help tells of them",
                "lint");
        refuses(
                "lint expects valid arguments but got \"Unknown option: '--fast'\"; lint --help tells of them",
                "lint",
                "model.onnx",
                "--fast");
        refuses(
                "lint expects valid arguments but got \"Invalid value for option '--format': expected one of [TEXT, JSON, SARIF]"
                        + " (case-insensitive) but was 'xml'\"; lint --help tells of them",
                "lint",
                "model.onnx",
                "--format",
                "xml");
    }

    @Test
    void tellsInASentenceWhatTheJvmCannotDo() {
        assertThat(Refusals.sentence(new OutOfMemoryError("Java heap space")))
                .isEqualTo(
                        "bn4j expects enough memory but got java.lang.OutOfMemoryError: Java heap space; start it with more,"
                                + " such as java -Xmx8g -jar bn4j-all.jar");
        assertThat(Refusals.sentence(new UnsatisfiedLinkError("no jnind4jcpu in java.library.path")))
                .isEqualTo(
                        "bn4j expects a computer that it can run on but got java.lang.UnsatisfiedLinkError: no jnind4jcpu in"
                                + " java.library.path; the page Installing tells which those are");
    }

    @Test
    void saysWhoseFaultAnythingElseIs() {
        CommandLine line = new CommandLine(new Program());
        StringWriter err = new StringWriter();
        line.setErr(new PrintWriter(err));

        int status = Refusals.failure(new ArithmeticException("/ by zero"), line, null);

        assertThat(status).isEqualTo(2);
        assertThat(err.toString().strip())
                .isEqualTo(
                        "bn4j expects to come to its end but got java.lang.ArithmeticException: / by zero; this is a fault of"
                                + " bn4j, please report it");
    }

    private static void refuses(String message, String... arguments) {
        assertThat(CommandRun.of((Object[]) arguments)).isEqualTo(new CommandRun(2, "", message + "\n"));
    }
}
