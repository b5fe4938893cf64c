package io.github.bn4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.GraphBuilder;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Which arrays go to which inputs, and what is said where none does. */
class BindingTest {

    private static final Map<String, Value> TWO = inputs("image", "mask");
    private static final INDArray FOUR = Tensors.zeros(DataType.FLOAT, 4, 3, 5);
    private static final INDArray SIX = Tensors.zeros(DataType.FLOAT, 6, 3, 5);

    private static Map<String, Value> inputs(String... names) {
        GraphBuilder g = new GraphBuilder();
        Map<String, Value> inputs = new LinkedHashMap<>();
        for (String name : names) {
            inputs.put(name, g.input(name, 3, 5));
        }
        return inputs;
    }

    @Test
    void goesByNameInTheOrderOfTheInputs() {
        Map<String, INDArray> given = new LinkedHashMap<>();
        given.put("mask", SIX);
        given.put("other", FOUR);
        given.put("image", FOUR);
        assertThat(Binding.ofData("fit", TWO, given)).containsExactly(Map.entry("image", FOUR), Map.entry("mask", SIX));
    }

    @Test
    void givesAnOnlyArrayOfDataToAnOnlyInput() {
        assertThat(Binding.ofData("fit", inputs("image"), Map.of("features", FOUR)))
                .containsExactly(Map.entry("image", FOUR));
        assertThatThrownBy(() -> Binding.of("network", inputs("image"), Map.of("features", FOUR)))
                .hasMessage(
                        "network expects arrays for inputs [image] but got [features]; name the arrays after the inputs");
    }

    @Test
    void namesWhatDoesNotFit() {
        assertThatThrownBy(() -> Binding.ofData("recalibrate", TWO, Map.of("mask", SIX)))
                .hasMessage("recalibrate expects arrays for inputs [image, mask] but got [mask];"
                        + " name the arrays after the inputs");
        assertThatThrownBy(() -> Binding.of("network", TWO, Map.of("mask", SIX, "image", FOUR)))
                .hasMessage("network expects the same number of examples in all inputs but got [4, 6];"
                        + " row i of each is example i");
        assertThatThrownBy(() -> Binding.of("network", TWO, Map.of("mask", SIX, "image", SIX.reshape('c', 6, 15))))
                .hasMessage("input \"image\" expects examples of shape " + Shape.of(3, 5)
                        + " along a first axis but got [6, 15]; reshape(6, 3, 5) it");
    }
}
