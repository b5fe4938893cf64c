package io.github.bn4j.bias;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

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
}
