package io.github.bn4j.spark.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.bn4j.spark.LocalSpark;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.VarSnippet;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LocalSpark.class)
class ExamplesTest {

    private static String printed(Runnable program) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream before = System.out;
        try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            System.setOut(out);
            program.run();
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void classifiesTheDigits(SparkSession spark) {
        String printed = printed(() -> ClassifyDigits.run(spark, 6));

        Matcher accuracy =
                Pattern.compile("accuracy on 360 digits: (\\d\\.\\d{3})\n").matcher(printed);
        assertThat(accuracy.find()).as(printed).isTrue();
        assertThat(Double.parseDouble(accuracy.group(1))).isGreaterThan(0.9);
        // What DataFrame.show prints goes to where System.out went when Scala was started.
        assertThat(printed).contains("recalibrated on 1437 digits:", "batchnorm1d_2: 1437 values");
    }

    @Test
    void classifiesPicturesOfAFolder(SparkSession spark, @TempDir Path folder) throws IOException {
        writePictures(folder, "train", 200);
        writePictures(folder, "t10k", 50);
        String printed = printed(() -> ClassifyFashion.run(folder, 2, 2));
        assertThat(printed).contains("epoch 2", "accuracy on 50 pictures: 1.000");
        assertThat(spark.range(1).count()).isEqualTo(1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClassifyFashion.main(new String[0]))
                .withMessage(
                        "ClassifyFashion expects the folder with the files of Fashion-MNIST but got nothing; say it, then the numbers of workers and epochs");
    }

    /** Pictures in the format of MNIST, of which each class has a stripe of its own, in noise. */
    private static void writePictures(Path folder, String name, int count) throws IOException {
        ByteBuffer images = ByteBuffer.allocate(16 + count * 784)
                .putInt(0x803)
                .putInt(count)
                .putInt(28)
                .putInt(28);
        ByteBuffer labels = ByteBuffer.allocate(8 + count).putInt(0x801).putInt(count);
        Random random = new Random(count);
        for (int i = 0; i < count; i++) {
            labels.put((byte) (i % 10));
            for (int pixel = 0; pixel < 784; pixel++) {
                int row = pixel / 28;
                images.put((byte) (random.nextInt(60) + (row / 2 == i % 10 ? 190 : 0)));
            }
        }
        Files.write(folder.resolve(name + "-images-idx3-ubyte"), images.array());
        Files.write(folder.resolve(name + "-labels-idx1-ubyte"), labels.array());
    }

    @Test
    void setsTheModelOfScalingBesideRealSteps(SparkSession spark) {
        assertThat(CompareModelOfScaling.line(spark, ClassifyDigits.digits(spark), 2))
                .matches("2 workers: arithmetic \\S+ ms, a step by the model \\S+ ms, a step \\S+ ms");
    }

    @Test
    void timesStepsOfProcesses() throws IOException {
        assertThat(CostOfSynchronization.run(1, 1, false, 4, 3)).matches("median \\S+ ms, least \\S+ ms");
        // Two sums for each of five batch normalisations, and one; 4 bytes for each of 468,144 gradients.
        assertThat(CostOfSynchronization.run(2, 1, true, 4, 3))
                .matches("median \\S+ ms, least \\S+ ms, 11 sums and 1882\\d{3} bytes a step");
    }

    @Test
    void runsTheScriptInTheShell(SparkSession spark) throws IOException {
        List<String> failures = new ArrayList<>();
        List<String> values = new ArrayList<>();

        run(script(), values, failures);

        assertThat(failures).isEmpty();
        assertThat(values)
                .anyMatch(value -> value.startsWith("accuracy = 0.9"))
                .anyMatch(value -> value.contains("1 batch normalisations on 1437 examples"))
                .anyMatch(value -> value.contains("batchnorm1d_1: 1437 values per channel"));
        assertThat(spark.range(1).count()).isEqualTo(1);
    }

    private static String script() {
        try (InputStream in = Objects.requireNonNull(ClassifyDigits.class.getResourceAsStream("digits.jsh"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** As the tool does that reads a file: but without its commands, which begin with a slash. */
    private static void run(String script, List<String> values, List<String> failures) {
        try (JShell shell = JShell.builder().executionEngine("local").build()) {
            shell.addToClasspath(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
            SourceCodeAnalysis.CompletionInfo next =
                    shell.sourceCodeAnalysis().analyzeCompletion(script.replaceAll("(?m)^/exit$", ""));
            while (!next.source().isBlank()) {
                for (SnippetEvent event : shell.eval(next.source())) {
                    boolean valid = event.status() == Snippet.Status.VALID && event.exception() == null;
                    if (!valid) {
                        failures.add(event.snippet().source() + " " + event.exception() + " "
                                + shell.diagnostics(event.snippet())
                                        .map(found -> found.getMessage(null))
                                        .toList());
                    } else if (event.value() != null) {
                        boolean named = event.snippet() instanceof VarSnippet;
                        values.add((named ? ((VarSnippet) event.snippet()).name() + " = " : "") + event.value());
                    }
                }
                next = shell.sourceCodeAnalysis().analyzeCompletion(next.remaining());
            }
        }
    }
}
