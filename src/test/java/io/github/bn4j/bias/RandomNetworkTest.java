package io.github.bn4j.bias;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Network;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.networks.RandomNetwork;
import io.github.bn4j.networks.RealisticNetwork;
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
            Network old = withSomeNumbers(net.materializeBias(), seed);
            Random random = new Random(~seed);
            try {
                absorbed += net.importWeights(weights(old)).absorbed().size();
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

    @Test
    void derivesWhatATrainingStepMeasures() {
        int moved = 0;
        for (long seed = 0; seed < 300; seed++) {
            moved += compareWithMeasured(RandomNetwork.draw(seed), seed);
        }
        for (long seed = 0; seed < 20; seed++) {
            moved += compareWithMeasured(RealisticNetwork.draw(seed).network(), seed);
        }
        assertThat(moved).isGreaterThan(70);
    }

    /** How many running means moved. */
    private static int compareWithMeasured(Network drawn, long seed) {
        Network old = withSomeNumbers(drawn.to(DataType.DOUBLE).materializeBias(), seed);
        List<BiasDecision> pointless = old.explainBias().decisions().stream()
                .filter(decision -> decision.kept() && decision.redundant())
                .toList();
        if (pointless.isEmpty()) {
            return 0;
        }
        Parameters expected;
        try {
            expected = MeasuredAbsorption.of(old.model(), pointless);
        } catch (IllegalStateException oneRunningMeanForTwoPlaces) {
            assertThatThrownBy(old::absorbBias)
                    .as("seed %s", seed)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("\"" + oneRunningMeanForTwoPlaces.getMessage() + "\"");
            return 0;
        }
        Network absorbed = old.absorbBias();
        int moved = 0;
        for (String name : absorbed.parameters().names()) {
            INDArray values = absorbed.parameters().get(name);
            double scale = 1 + expected.get(name).amaxNumber().doubleValue();
            assertTensor(values)
                    .as("seed %s: %s in%n%s", seed, name, old.graph())
                    .isCloseTo(expected.get(name), 1e-12 * scale);
            moved += values.equals(old.parameters().get(name)) ? 0 : 1;
        }
        return moved;
    }

    private static Network withSomeNumbers(Network old, long seed) {
        Random random = new Random(seed);
        for (String name : old.parameters().names()) {
            INDArray values = old.parameters().get(name);
            if (name.endsWith("bias") || name.endsWith("runningMean")) {
                values.addi(Probe.noise(random, values.shape()));
            }
        }
        return old;
    }

    private static Map<String, INDArray> weights(Network net) {
        Map<String, INDArray> weights = new LinkedHashMap<>();
        net.parameters()
                .names()
                .forEach(name -> weights.put(name, net.parameters().get(name)));
        return weights;
    }
}
