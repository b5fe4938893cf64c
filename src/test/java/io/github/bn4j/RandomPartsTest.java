package io.github.bn4j;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.engine.Engine;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Value;
import io.github.bn4j.networks.Noise;
import io.github.bn4j.networks.RandomNetwork;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Parts of random networks, and what goes on from any of their layers. */
class RandomPartsTest {

    private static final int NETWORKS = 16;

    @Test
    void computeWhatTheWholeDoes() {
        int compared = 0;
        for (int seed = 0; seed < NETWORKS; seed++) {
            Network net = RandomNetwork.draw(seed).to(DataType.DOUBLE).on(Engine.nd4j());
            Map<String, INDArray> inputs = new LinkedHashMap<>();
            for (Map.Entry<String, Value> input : net.graph().inputs().entrySet()) {
                inputs.put(
                        input.getKey(),
                        Noise.normal(
                                DataType.DOUBLE, seed, input.getValue().shape().batched(3)));
            }
            List<String> layers =
                    net.graph().nodes().stream().map(Node::layer).distinct().toList();
            for (String layer : layers) {
                Network part;
                try {
                    part = net.part(layer);
                } catch (IllegalArgumentException several) {
                    assertThat(several).hasMessageContaining("expects a layer with one result");
                    continue;
                }
                Map<String, INDArray> some = new LinkedHashMap<>(inputs);
                some.keySet().retainAll(part.graph().inputs().keySet());
                INDArray expected = net.model()
                        .yielding(part.graph().outputs())
                        .predict(inputs)
                        .get(layer);
                Bits.assertSame(part.predict(some), expected);
                Network continued = net.upTo(layer).build(5);
                assertTensor(continued.predict(some))
                        .as("%s of %s", layer, seed)
                        .isRelativelyCloseTo(expected, 1e-9);
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(60);
    }
}
