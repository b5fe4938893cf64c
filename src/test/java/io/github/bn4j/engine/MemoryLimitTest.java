package io.github.bn4j.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.bn4j.Network;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.LimitedMemory;
import io.github.bn4j.internal.MemoryLimit;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.op.MeanSquaredError;
import io.github.bn4j.op.Reshaping;
import io.github.bn4j.op.Slicing;
import io.github.bn4j.op.Upsampling;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What is too large is refused in a sentence with sizes before the memory is taken. */
class MemoryLimitTest {

    @RegisterExtension
    final LimitedMemory memory = new LimitedMemory("100m");

    static List<Engine> engines() {
        return List.of(Engine.nd4j(), Engine.fastest(DataType.FLOAT), Engine.replicas(2));
    }

    /** A value of 3.6 GB between an input and an output of one number each. */
    private static Value hugeInside(Tracer tracer) {
        Value x = tracer.input("x", Shape.of(1, 1, 1));
        Value y = tracer.scope().call("grow", (scope, in) -> scope.apply(new Upsampling(30_000), in), x);
        y = tracer.scope().apply(new Slicing(1, 0, 1), y);
        return tracer.scope().apply(new Slicing(2, 0, 1), y);
    }

    @ParameterizedTest
    @MethodSource("engines")
    void refusesAPredictionThatIsTooLarge(Engine engine) {
        Tracer tracer = new Tracer();
        tracer.output("y", hugeInside(tracer));
        Graph graph = tracer.graph();
        Parameters none = new Parameters(List.of(), DataType.FLOAT);
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> engine.inference(graph, none, 1))
                .withMessageMatching(
                        "program for batches of 1 expects at most 100 MB of memory but got 343[34] MB, most of it"
                                + " for \"grow\" \\[1, 30000, 30000\\]; use smaller batches, or allow more with -Dbn4j\\.memory");
    }

    @ParameterizedTest
    @MethodSource("engines")
    void refusesATrainingThatIsTooLarge(Engine engine) {
        Tracer tracer = new Tracer();
        Value y = tracer.scope().apply(new Reshaping(Shape.of(1)), hugeInside(tracer));
        Value target = tracer.input("target", Shape.of(1));
        tracer.output("loss", tracer.scope().apply(new MeanSquaredError(), y, target));
        Graph graph = tracer.graph();
        Parameters none = new Parameters(List.of(), DataType.FLOAT);
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> engine.training(graph, none, 2, 1))
                .withMessageContaining(" expects at most 100 MB of memory but got ")
                .withMessageContaining("most of it for \"grow\" [1, 30000, 30000]; use smaller batches");
    }

    /** The values of the layers need 1.2 MB an example together; oneDNN reuses memory, so it needs less than ND4J. */
    @Test
    void countsWhatAnEngineNeedsAndNotMore() {
        Network net = Network.input(3, 100, 100)
                .relu()
                .relu()
                .relu()
                .tanh()
                .relu()
                .tanh()
                .build(1)
                .on(Engine.nd4j());
        INDArray images = Tensors.zeros(DataType.FLOAT, 200, 3, 100, 100);
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> net.predict(images))
                .withMessage(
                        "program for batches of 200 expects at most 100 MB of memory but got 161 MB, most of it for"
                                + " \"tanh_2\" [3, 100, 100]; use smaller batches, or allow more with -Dbn4j.memory");
        System.setProperty(LimitedMemory.PROPERTY, "161m");
        assertThat(net.predict(images).size(0)).isEqualTo(200);
    }

    @Test
    void refusesANetworkThatIsTooLarge() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(
                        () -> Network.input(100_000).dense(1_000).batchNorm1d().build(1))
                .withMessage("network expects at most 100 MB of memory but got 763 MB, most of it for parameter"
                        + " dense_1.weight [1000, 100000] and its gradient; use smaller layers, or allow more with"
                        + " -Dbn4j.memory");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> Network.input(1_000_000).dense(1_000_000).build(1))
                .withMessage("parameter dense_1.weight [1000000, 1000000] expects at most 2147483639 elements but got"
                        + " 1000000000000; use a smaller layer");
    }

    @ParameterizedTest
    @CsvSource({"1,1", "1024,1024", "3k,3072", "100M,104857600", "8g,8589934592", "2t,2199023255552"})
    void readsTheLimitAsJavaReadsTheHeapsSize(String text, long bytes) {
        System.setProperty(LimitedMemory.PROPERTY, text);
        assertThat(MemoryLimit.bytes()).isEqualTo(bytes);
    }

    @Test
    void refusesALimitThatIsNone() {
        System.setProperty(LimitedMemory.PROPERTY, "much");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(MemoryLimit::bytes)
                .withMessage("bn4j.memory expects a number of bytes such as 8g or 512m but got \"much\"; correct"
                        + " -Dbn4j.memory");
    }

    @Test
    void hasALimitWithoutOne() {
        System.clearProperty(LimitedMemory.PROPERTY);
        assertThat(MemoryLimit.bytes()).isGreaterThan(100L << 20);
    }
}
