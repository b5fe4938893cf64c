package io.github.bn4j.bias;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.Network;
import io.github.bn4j.networks.RandomNetwork;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The analysis against numbers, on networks that nobody thought of. */
class RandomNetworkTest {

    private static final int NETWORKS = 2000;

    @Test
    void isSoundAndNearlyComplete() {
        int found = 0;
        int needed = 0;
        List<String> missed = new ArrayList<>();
        for (long seed = 0; seed < NETWORKS; seed++) {
            Network net = RandomNetwork.draw(seed);
            BiasProof proof = net.proveBias();
            assertThat(proof.agrees())
                    .as("seed %s%n%s%n%s", seed, proof, net.graph())
                    .isTrue();
            for (BiasProof.Evidence evidence : proof.evidence()) {
                if (evidence.unconfirmed()) {
                    missed.add("seed " + seed + ": " + evidence.bias() + " in" + System.lineSeparator()
                            + net.explainBias());
                } else if (evidence.claimedRedundant()) {
                    found++;
                } else {
                    needed++;
                }
            }
        }
        double share = (double) found / (found + missed.size());
        System.out.printf(
                Locale.ROOT,
                "completeness: %d redundant biases found, %d missed (%.2f %% found), %d needed ones kept%n",
                found,
                missed.size(),
                100 * share,
                needed);
        assertThat(needed).isGreaterThan(NETWORKS);
        assertThat(share).as(String.join(System.lineSeparator(), missed)).isGreaterThan(0.99);
    }

    @Test
    void absorbsBiasesWithoutChangingAPrediction() {
        int absorbed = 0;
        int refused = 0;
        for (long seed = 0; seed < 500; seed++) {
            Network net = RandomNetwork.draw(seed).to(DataType.DOUBLE);
            Network old = net.materializeBias();
            Random random = new Random(seed);
            Map<String, INDArray> weights = new LinkedHashMap<>();
            for (String name : old.parameters().names()) {
                INDArray values = old.parameters().get(name);
                if (name.endsWith("bias") || name.endsWith("runningMean")) {
                    values.addi(Probe.noise(random, values.shape()));
                }
                weights.put(name, values);
            }
            try {
                absorbed += net.importWeights(weights).absorbed().size();
            } catch (IllegalStateException oneRunningMeanForTwoPlaces) {
                refused++;
                continue;
            }
            Map<String, INDArray> inputs = new LinkedHashMap<>();
            net.graph()
                    .inputs()
                    .forEach((name, value) ->
                            inputs.put(name, Probe.noise(random, value.shape().batched(6))));
            Map<String, INDArray> expected = old.forward(inputs);
            net.forward(inputs).forEach((name, y) -> {
                double scale = 1 + expected.get(name).amaxNumber().doubleValue();
                assertTensor(y).as("%s%n%s", name, net.graph()).isCloseTo(expected.get(name), 1e-12 * scale);
            });
        }
        assertThat(absorbed).isGreaterThan(200);
        assertThat(refused).isLessThan(25);
    }
}
