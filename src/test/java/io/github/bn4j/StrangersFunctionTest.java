package io.github.bn4j;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.bn4j.check.GradientCheck;
import io.github.bn4j.check.OpCheck;
import io.github.bn4j.checkpoint.CheckpointException;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.networks.Noise;
import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.function.ElementwiseFunction;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Sgd;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** An activation of somebody else's is trained, analysed, folded and saved like ours. */
class StrangersFunctionTest {

    /** {@code x} above 0, else {@code slope · x}, plus a bend: {@code x² / 10}. */
    record Bent(double slope) implements ElementwiseFunction {

        @Override
        public INDArray value(INDArray x) {
            return x.mul(derivative(x).addi(sides(x)).muli(0.5));
        }

        @Override
        public INDArray derivative(INDArray x) {
            return x.mul(0.2).addi(sides(x));
        }

        private INDArray sides(INDArray x) {
            return x.gt(0).castTo(x.dataType()).muli(1 - slope).addi(slope);
        }

        @Override
        public boolean rectifies() {
            return true;
        }
    }

    @TempDir
    Path folder;

    private static Network network(Engine engine) {
        return Network.input(3, 6, 5)
                .conv2d(11, 3)
                .then((scope, x) -> scope.apply(new Elementwise(new Bent(0.1)), x))
                .conv2d(9, 3)
                .batchNorm2d()
                .then((scope, x) -> scope.apply(new Elementwise(new Bent(0.1)), x))
                .flatten()
                .dense(4)
                .build(1)
                .on(engine);
    }

    private static Network trained(Engine engine) {
        Network net = network(engine);
        net.trainer()
                .optimizer(Sgd.of(0.05))
                .loss(Loss.meanSquaredError())
                .batchSize(8)
                .epochs(3)
                .fit(Dataset.of(
                        Noise.uniform(DataType.FLOAT, 1, 24, 3, 6, 5), Noise.uniform(DataType.FLOAT, 2, 24, 4)));
        return net;
    }

    @Test
    void keepsTheContract() {
        Elementwise op = new Elementwise(new Bent(0.1));
        List<Shape> image = List.of(Shape.of(3, 2, 5));
        assertThat(GradientCheck.largestError(op, image, List.of(), 2, 1)).isLessThan(1e-6);
        assertThat(OpCheck.violations(op, image, List.of(), 2, 1)).isEmpty();
    }

    @Test
    void trainsAndPredictsTheSameOnEveryEngine() {
        INDArray x = Noise.uniform(DataType.FLOAT, 3, 5, 3, 6, 5);
        Network reference = trained(Engine.nd4j());
        Network fast = trained(Engine.fastest(DataType.FLOAT));
        assertTensor(fast.predict(x)).isCloseTo(reference.predict(x), 1e-4);
        assertTensor(reference.fold().network().predict(x)).isCloseTo(reference.predict(x), 1e-4);
    }

    @Test
    void isAnalysedLikeOurs() {
        assertThat(network(Engine.nd4j()).explainBias().absent()).containsExactly("conv2d_2.bias");
    }

    @Test
    void isSavedAndLoadedIfItIsHandedIn() {
        Network net = network(Engine.nd4j());
        Path file = folder.resolve("net.safetensors");
        net.save(file);
        INDArray x = Noise.uniform(DataType.FLOAT, 3, 5, 3, 6, 5);
        assertThat(Network.load(file, Bent.class).on(Engine.nd4j()).predict(x)).isEqualTo(net.predict(x));
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> Network.load(file))
                .withMessage("Network.load expects the class \"" + Bent.class.getName()
                        + "\" but got none; pass it: Network.load(path, Bent.class)");
    }
}
