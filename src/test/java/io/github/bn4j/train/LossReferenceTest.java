package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.Reshape;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * One step of plain descent with each loss, against PyTorch 2.13: train/losses.json was made by train/losses.py. The network puts
 * out its weights, a column for each example, so that the step shows the gradient by the output.
 */
class LossReferenceTest {

    record Case(String reference, Loss loss) {

        double[] numbers(String what) {
            return ReferenceValues.row("losses.json", reference + " " + what);
        }

        long[] shape(String what) {
            return Arrays.stream(numbers(what))
                    .mapToLong(length -> (long) length)
                    .toArray();
        }

        @Override
        public String toString() {
            return reference;
        }
    }

    static Stream<Case> cases() {
        double[] weights = {1, 2, 0.5, 0, 3};
        SoftmaxCrossEntropyLoss softmax = Loss.softmaxCrossEntropy();
        return Stream.of(
                new Case("cross entropy", softmax),
                new Case("smoothed", softmax.labelSmoothing(0.1)),
                new Case("weighted", softmax.classWeights(weights)),
                new Case("weighted smoothed", softmax.classWeights(weights).labelSmoothing(0.1)),
                new Case("ignoring 1", softmax.ignoring(1)),
                new Case("ignoring -100", softmax.ignoring(-100)),
                new Case(
                        "ignoring 1 weighted smoothed",
                        softmax.ignoring(1).classWeights(weights).labelSmoothing(0.2)),
                new Case("soft", softmax),
                new Case("soft weighted smoothed", softmax.classWeights(weights).labelSmoothing(0.1)),
                new Case("image", softmax),
                new Case(
                        "image weighted smoothed", softmax.classWeights(weights).labelSmoothing(0.1)),
                new Case("image ignoring 255", softmax.ignoring(255)),
                new Case("image soft", softmax),
                new Case("sequence", softmax.labelSmoothing(0.1)),
                new Case("binary", Loss.binaryCrossEntropy()),
                new Case("binary soft", Loss.binaryCrossEntropy()),
                new Case("binary positive 3", Loss.binaryCrossEntropy().positiveWeights(3)),
                new Case("binary positive per label", Loss.binaryCrossEntropy().positiveWeights(weights)),
                new Case(
                        "binary image positive per label",
                        Loss.binaryCrossEntropy().positiveWeights(weights)),
                new Case("focal", Loss.focal()),
                new Case("focal 0.75 0.5", Loss.focal().alpha(0.75).gamma(0.5)),
                new Case("focal unweighted", Loss.focal().withoutAlpha()),
                new Case("binary of class numbers", Loss.binaryCrossEntropy().positiveWeights(2)),
                new Case("focal of class numbers", Loss.focal()),
                new Case("squared of single numbers", Loss.meanSquaredError()),
                new Case("absolute of single numbers", Loss.meanAbsoluteError()),
                new Case("multi-class focal", Loss.multiClassFocal()),
                new Case("multi-class focal 0.5", Loss.multiClassFocal().gamma(0.5)),
                new Case("multi-class focal image", Loss.multiClassFocal()),
                new Case("squared", Loss.meanSquaredError()),
                new Case("absolute", Loss.meanAbsoluteError()),
                new Case("huber 1", Loss.huber(1)),
                new Case("huber 0.4", Loss.huber(0.4)),
                new Case("log cosh", Loss.logCosh()),
                new Case("hinge", Loss.hinge()),
                new Case("multi-class hinge", Loss.multiClassHinge()),
                new Case("kl", Loss.klDivergence()),
                new Case("kl image", Loss.klDivergence()),
                new Case("triplet", Loss.triplet()),
                new Case("triplet margin 4 swap", Loss.triplet().margin(4).swap(true)),
                new Case("contrastive", Loss.contrastive()),
                new Case("contrastive margin 3", Loss.contrastive().margin(3)));
    }

    /** A network that puts out {@code [examples, …]} for the identity. */
    static Network yielding(DataType type, double[] outputs, long... shape) {
        int examples = (int) shape[0];
        int width = outputs.length / examples;
        Network net = Network.input(examples)
                .then(Dense.of(width).useBias(false))
                .then(Reshape.of(Arrays.copyOfRange(shape, 1, shape.length)))
                .build(1, type);
        net.parameters()
                .get("dense_1.weight")
                .assign(Tensors.of(type, outputs, examples, width).transpose());
        return net;
    }

    static Dataset data(DataType type, int examples, double[] targets, long... shape) {
        return Dataset.of(Nd4j.eye(examples).castTo(type), Tensors.of(type, targets, shape));
    }

    /** The outputs after the step, less those before. */
    private static double[] gradient(Network net, INDArray before) {
        return Floats.values(before.sub(net.parameters().get("dense_1.weight")).transpose());
    }

    private static void assertLikeReference(
            Case one, DataType type, Engine engine, UnaryOperator<Trainer> settings, double tolerance) {
        long[] shape = one.shape("shape");
        Network net = yielding(type, one.numbers("output"), shape).on(engine);
        INDArray before = net.parameters().get("dense_1.weight").dup();
        Dataset data = data(type, (int) shape[0], one.numbers("target"), one.shape("target shape"));
        Trainer trainer = net.trainer().optimizer(Sgd.of(1)).loss(one.loss).batchSize((int) shape[0]);
        double loss = settings.apply(trainer).fit(data, data).last().trainLoss();
        assertThat(loss).isCloseTo(one.numbers("loss")[0], within(tolerance));
        assertThat(gradient(net, before)).containsExactly(one.numbers("gradient"), within(tolerance));
        assertThat(validation(one, type, engine, data))
                .as("as validation")
                .isCloseTo(one.numbers("loss")[0], within(tolerance));
    }

    /** The loss that a network with these outputs is judged by; a step of rate 1e-30 leaves them as they are. */
    private static double validation(Case one, DataType type, Engine engine, Dataset data) {
        Network net = yielding(type, one.numbers("output"), one.shape("shape")).on(engine);
        return net.trainer()
                .optimizer(Sgd.of(1e-30))
                .loss(one.loss)
                .batchSize(data.size())
                .fit(data, data)
                .last()
                .validationLoss();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isThatOfPyTorch(Case one) {
        assertLikeReference(one, DataType.DOUBLE, Engine.nd4j(), trainer -> trainer, 1e-12);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isThatOfPyTorchInFloat32OnBothEngines(Case one) {
        assertLikeReference(one, DataType.FLOAT, Engine.nd4j(), trainer -> trainer, 1e-5);
        assertLikeReference(one, DataType.FLOAT, Engine.fastest(DataType.FLOAT), trainer -> trainer, 1e-5);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void isTheSameInSeveralBatchesOrPartsOfOne(Case one) {
        assertLikeReference(
                one,
                DataType.DOUBLE,
                Engine.nd4j(),
                trainer -> trainer.batchSize(2).accumulate(4),
                1e-12);
        assertLikeReference(
                one,
                DataType.DOUBLE,
                Engine.nd4j(),
                trainer -> trainer.batchSize(2).accumulateAsOne(4),
                1e-12);
        assertLikeReference(one, DataType.DOUBLE, Engine.replicas(2), trainer -> trainer, 1e-12);
    }
}
