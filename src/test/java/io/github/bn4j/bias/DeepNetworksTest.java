package io.github.bn4j.bias;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.layer.Dense;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of long paths does not grow with their length. */
class DeepNetworksTest {

    private static Network chain(int layers, boolean normalised) {
        GraphBuilder g = new GraphBuilder();
        Value x = g.input("x", 2);
        for (int i = 0; i < layers; i++) {
            x = g.call(Dense.of(2).useBias(true), x);
        }
        return g.build(1, normalised ? g.call(BatchNorm1d.of(), x) : x);
    }

    private static String layers(int from, int to) {
        return IntStream.rangeClosed(from, to)
                .mapToObj(i -> "→ dense_" + i)
                .reduce((a, b) -> a + " " + b)
                .orElseThrow();
    }

    @Test
    void tellsPathsOfSixteenStopsInFull() {
        BiasDecision decision = chain(17, false).explainBias().of("dense_1");
        assertThat(decision.passed()).isEqualTo(16);
        assertThat(decision.path()).hasSize(16);
        assertThat(decision.reason()).isEqualTo(layers(2, 17) + " → output: an output of the network shows it");
    }

    @Test
    void tellsBothEndsOfLongerPaths() {
        BiasDecision decision = chain(30, true).explainBias().of("dense_1");
        assertThat(decision.passed()).isEqualTo(30);
        assertThat(decision.path()).hasSize(16);
        assertThat(decision.reason())
                .isEqualTo(layers(2, 9) + " → 14 more " + layers(24, 30)
                        + " → batchnorm1d_1: batchnorm1d_1 subtracts the mean of the batch from each channel");
        assertThat(decision.cancelledBy()).containsExactly("batchnorm1d_1");
    }

    @Test
    void tellsOfThousandsOfLayersInTextInProportionToThem(@TempDir Path folder) {
        int layers = 5000;
        Network net = chain(layers, true);
        Path file = folder.resolve("deep.safetensors");
        net.save(file);
        BiasReport report = Network.load(file).explainBias();
        assertThat(report.toString().length()).isLessThan(500 * layers);
        assertThat(report.json().toString().length()).isLessThan(5000 * layers);
        assertThat(report.of("dense_1").passed()).isEqualTo(layers);
        assertThat(report.decisions()).hasSize(layers);
    }
}
