package io.github.bn4j.engine.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.Network;
import io.github.bn4j.engine.NeedsOneDnn;
import io.github.bn4j.engine.onednn.EngineComparison.Difference;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.networks.RandomNetwork;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Graphs of every layer and op, with fan-out, shared layers, several inputs and outputs, every third partly frozen. */
class RandomGraphsTest {

    private static final int GRAPHS = 500;

    /** Two norms over two values each, one after the other, which enlarge every rounding error by orders of magnitude. */
    private static final int TWO_NORMS_OVER_TWO_VALUES = 80;

    @Test
    @NeedsOneDnn
    void agreesWithFloat64() {
        for (int seed = 0; seed < GRAPHS; seed++) {
            Network net = seed % 3 == 0 ? partlyFrozen(RandomNetwork.draw(seed), seed) : RandomNetwork.draw(seed);
            Graph graph = EngineComparison.withLoss(net.graph());
            EngineComparison comparison = new EngineComparison(graph, net.parameters(), OneDnnEngine.INSTANCE, 4, seed);
            Difference prediction = comparison.prediction();
            Difference training = comparison.training();
            double bound = seed == TWO_NORMS_OVER_TWO_VALUES ? 1e-4 : 2e-5;
            assertThat(prediction.error()).as("%s, seed %s", prediction, seed).isLessThanOrEqualTo(bound);
            assertThat(training.error()).as("%s, seed %s", training, seed).isLessThanOrEqualTo(bound);
        }
    }

    private static Network partlyFrozen(Network net, long seed) {
        Random random = new Random(seed);
        String[] some = net.parameters().names().stream()
                .filter(name -> random.nextBoolean())
                .map(name -> random.nextBoolean() ? name : name.substring(0, name.lastIndexOf('.')))
                .toArray(String[]::new);
        return some.length == 0 ? net : net.freeze(some);
    }
}
