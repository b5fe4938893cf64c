package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.ChildProcess;
import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.engine.NeedsBfloat16;
import io.github.bn4j.engine.Precision;
import io.github.bn4j.layer.Padding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** What was made in mixed precision on a processor that gains nothing from it: networks run in float32, all else says why not. */
@NeedsBfloat16
class MixedElsewhereTest {

    private static final String REASON =
            "a processor with neither AVX512_BF16 nor AMX, on which bfloat16 takes longer than float32";

    @TempDir
    Path folder;

    @Test
    void loadsInFullPrecisionAndRefusesTheOther() throws Exception {
        Network net = Network.input(1, 8, 8)
                .conv2d(16, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .globalAvgPool2d()
                .dense(10)
                .build(1);
        Network mixed = net.precision(Precision.MIXED);
        mixed.save(folder.resolve(WithoutBfloat16.NETWORK));
        writePart(mixed);

        List<String> lines = run();

        assertThat(lines.get(0)).isEqualTo("loaded on oneDNN with AVX2 on 1 thread, full precision");
        assertThat(lines.get(1)).startsWith("predicts [");
        assertThat(predicted(lines.get(1))).usingComparatorWithPrecision(1e-5).containsExactly(predicted(net));
        String refusal = "Precision.MIXED expects an engine and a processor that gain from it but got: " + REASON
                + "; take Precision.fastest()";
        assertThat(lines.subList(2, lines.size()))
                .containsExactly(
                        "fastest is full precision",
                        refusal,
                        refusal,
                        "training expects each process to gain from the mixed precision of the network but got, in rank 0"
                                + " of 1: " + REASON
                                + "; train net.precision(Precision.FULL), or on other machines");
    }

    private static double[] predicted(String line) {
        String numbers = line.substring(line.indexOf('[') + 1, line.indexOf(']'));
        return Arrays.stream(numbers.split(", ", -1))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }

    private static double[] predicted(Network net) {
        return net.predict(Nd4j.ones(DataType.FLOAT, 1, 1, 8, 8)).toDoubleVector();
    }

    /** A part of a training, on its way to a process. */
    private void writePart(Network mixed) {
        Dataset data = Digits.load().slice(0, 8);
        SharedTraining training = SharedRuns.training(
                        mixed.trainer().loss(Loss.softmaxCrossEntropy()).batchSize(8), data, null)
                .processes(1);
        assertThatThrownBy(() -> training.fit((parts, state) -> {
                    write(WithoutBfloat16.PART, SharedRuns.written(parts.get(0)));
                    write(WithoutBfloat16.STATE, state);
                    throw new IllegalStateException("on its way");
                }))
                .hasMessageContaining("on its way");
    }

    private void write(String name, byte[] bytes) {
        try {
            Files.write(folder.resolve(name), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> run() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                ChildProcess.program("java"),
                "-Xmx512m",
                "-XX:+IgnoreUnrecognizedVMOptions",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                ChildProcess.CLASS_PATH,
                WithoutBfloat16.class.getName(),
                folder.toString());
        builder.environment().put("DNNL_MAX_CPU_ISA", "AVX2");
        return ChildProcess.run(0, folder, builder).lines().toList();
    }
}
