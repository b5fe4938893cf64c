package io.github.bn4j.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;

class DigitsTest {

    @Test
    void loadsImagesOfOneChannelFrom0To1() {
        Dataset digits = Digits.load();

        assertThat(digits.size()).isEqualTo(1797);
        assertThat(digits.features().shape()).containsExactly(1797, 1, 8, 8);
        assertThat(digits.labels().shape()).containsExactly(1797);
        assertThat(digits.features().dataType()).isEqualTo(DataType.FLOAT);
        assertThat(digits.labels().dataType()).isEqualTo(DataType.FLOAT);
        double[] pixels = digits.features().data().asDouble();
        assertThat(DoubleStream.of(pixels).min()).hasValue(0);
        assertThat(DoubleStream.of(pixels).max()).hasValue(1);
        digits.requireFinite();
    }

    /** The first line of digits.csv.gz begins 0,0,5,13,9,1,0,0 and the first labels are 0, 1, 2. */
    @Test
    void keepsTheOrderOfTheFile() {
        Dataset digits = Digits.load();
        double[] pixels = digits.features().data().asDouble();
        double[] row = {0, 0, 5, 13, 9, 1, 0, 0};

        for (int column = 0; column < 8; column++) {
            assertThat(pixels[column]).as("column %s", column).isEqualTo(row[column] / 16);
        }
        assertThat(digits.labels().data().asDouble()).startsWith(0, 1, 2);
    }

    /** Counted with: zcat digits.csv.gz | cut -d, -f65 | sort -n | uniq -c. */
    @Test
    void holdsEveryDigitAboutEquallyOften() {
        double[] labels = Digits.load().labels().data().asDouble();
        long[] counts = new long[10];
        DoubleStream.of(labels).forEach(label -> counts[(int) label]++);

        assertThat(counts).containsExactly(178, 182, 177, 183, 181, 182, 181, 179, 174, 180);
    }

    /** ND4J looks for its backend once per JVM, with the class loader of that moment; so each case needs a JVM of its own. */
    @ParameterizedTest
    @ValueSource(strings = {"null", "platform"})
    void loadsWhateverTheContextClassLoaderIs(String loader) throws Exception {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        String java = System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
        Process process = new ProcessBuilder(
                        List.of(java, "-Xmx512m", "-cp", classPath, LoadDigits.class.getName(), loader))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(output).contains("loaded 1797");
        assertThat(process.exitValue()).isZero();
    }
}
