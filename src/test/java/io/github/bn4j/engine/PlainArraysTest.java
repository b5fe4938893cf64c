package io.github.bn4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Network;
import io.github.bn4j.graph.ShapeException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Programs that are given arrays of Java, against what they make of arrays of ND4J. */
class PlainArraysTest {

    private static final List<Engine> ENGINES = List.of(Engine.fastest(DataType.FLOAT), Engine.nd4j());

    private static Network network(Engine engine) {
        return Network.input(3, 11, 9)
                .conv2d(13, 3)
                .batchNorm2d()
                .relu()
                .maxPool2d(2)
                .flatten()
                .dense(7)
                .build(4)
                .on(engine);
    }

    private static float[] random(int length, long seed) {
        Random random = new Random(seed);
        float[] numbers = new float[length];
        for (int i = 0; i < length; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 33})
    void yieldWhatArraysOfNd4jYield(int batch) {
        long[] shape = {batch, 3, 11, 9};
        float[] examples = random(batch * 3 * 11 * 9, System.currentTimeMillis() / 86_400_000);
        float[] before = examples.clone();
        INDArray array = Nd4j.createFromArray(examples).reshape('c', shape);
        for (Engine engine : ENGINES) {
            Network net = network(engine);
            try (InferenceProgram program = engine.inference(net.graph(), net.parameters(), batch)) {
                List<float[]> outputs = program.run(examples, shape);
                List<INDArray> expected = program.run(array);
                assertThat(outputs).hasSize(1);
                assertThat(outputs.get(0))
                        .as(engine.toString())
                        .containsExactly(expected.get(0).dup('c').data().asFloat());
                assertThat(program.run(array.dup('f')).get(0)).isEqualTo(expected.get(0));
                assertThat(program.run(array.castTo(DataType.DOUBLE)).get(0)).isEqualTo(expected.get(0));
            }
        }
        assertThat(examples).containsExactly(before);
    }

    @Test
    void leaveValuesThatFloat32CannotHoldToTheReference() {
        Network net = network(Engine.fastest(DataType.FLOAT));
        net.parameters().get("dense_1.weight").muli(1e30);
        float[] examples = random(3 * 11 * 9, 1);
        for (int i = 0; i < examples.length; i++) {
            examples[i] *= 1e30f;
        }
        INDArray array = Nd4j.createFromArray(examples).reshape('c', 1, 3, 11, 9);
        float[] expected = net.predict(array).data().asFloat();
        assertThat(Arrays.toString(expected)).containsAnyOf("NaN", "Infinity");
        assertThat(net.predict(examples)).containsExactly(expected);
    }

    @Test
    void areRefusedWhereTheyDoNotFit() {
        for (Engine engine : ENGINES) {
            Network net = network(engine);
            try (InferenceProgram program = engine.inference(net.graph(), net.parameters(), 1)) {
                assertThatThrownBy(() -> program.run(new float[2 * 297], 2, 3, 11, 9))
                        .isInstanceOf(ShapeException.class)
                        .hasMessageContaining("[1, 3, 11, 9]")
                        .hasMessageContaining("[2, 3, 11, 9]");
                float[] damaged = random(297, 2);
                damaged[100] = Float.NaN;
                assertThatThrownBy(() -> program.run(damaged, 1, 3, 11, 9))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("but got NaN in row 0");
            }
        }
    }
}
