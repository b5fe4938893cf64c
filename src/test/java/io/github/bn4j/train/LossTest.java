package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.check.GradientCheck;
import io.github.bn4j.data.Augmentation;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.Split;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.Reduction;
import io.github.bn4j.op.Reshaping;
import io.github.bn4j.op.Slicing;
import io.github.bn4j.op.Softmax;
import io.github.bn4j.op.function.Line;
import io.github.bn4j.op.function.StandardFunction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Gradients, extremes and refusals of losses; {@link LossReferenceTest} has their values. */
class LossTest {

    /** What a loss is given in a gradient check, made of a second value of the shape of the output. */
    private enum Targets {
        SOFT,
        SHARES,
        CLASS,
        SIGNS,
        LABELS,
        ANY,
        SAME;

        Value of(Scope scope, Value x) {
            return switch (this) {
                case SOFT -> scope.apply(new Softmax(), x);
                case SHARES -> scope.apply(new Elementwise(StandardFunction.SIGMOID), x);
                case ANY -> x;
                case SIGNS -> scope.apply(new Elementwise(StandardFunction.SIGN), x);
                case LABELS ->
                    scope.apply(
                            new Elementwise(new Line(0.5, 0.5)),
                            scope.apply(new Elementwise(StandardFunction.SIGN), x));
                case CLASS, SAME -> {
                    Value first = scope.apply(
                            Reduction.of(Reduction.Kind.SUM, this == SAME ? new Integer[] {0, 1} : new Integer[] {0}),
                            x);
                    yield scope.apply(new Elementwise(new Line(0, 1)), first);
                }
            };
        }
    }

    private static Layer layer(Loss loss, Targets targets) {
        return new Layer() {
            @Override
            public Value trace(Scope scope, Value x) {
                Shape own = Shape.of(
                        Arrays.copyOfRange(x.shape().dims(), 1, x.shape().rank()));
                Value output = scope.apply(new Reshaping(own), scope.apply(new Slicing(0, 0, 1), x));
                Value other = scope.apply(new Reshaping(own), scope.apply(new Slicing(0, 1, 2), x));
                return loss.trace(scope, output, targets.of(scope, other));
            }
        };
    }

    static Stream<Arguments> checked() {
        SoftmaxCrossEntropyLoss softmax = Loss.softmaxCrossEntropy();
        double[] weights = {1, 2, 0.5, 0.25, 3, 1, 1, 1, 1, 1, 1, 1, 1};
        return Stream.of(
                Arguments.of(softmax, Targets.CLASS, Shape.of(13)),
                Arguments.of(softmax, Targets.CLASS, Shape.of(3, 2, 5)),
                Arguments.of(softmax.labelSmoothing(0.1), Targets.CLASS, Shape.of(3, 5)),
                Arguments.of(softmax.labelSmoothing(0.1).classWeights(weights), Targets.CLASS, Shape.of(13)),
                Arguments.of(softmax.classWeights(weights), Targets.SOFT, Shape.of(13, 2)),
                Arguments.of(softmax.ignoring(0), Targets.CLASS, Shape.of(3, 2)),
                Arguments.of(Loss.binaryCrossEntropy(), Targets.SHARES, Shape.of(13)),
                Arguments.of(Loss.binaryCrossEntropy().positiveWeights(weights), Targets.SHARES, Shape.of(13, 2)),
                Arguments.of(Loss.focal(), Targets.LABELS, Shape.of(13)),
                Arguments.of(Loss.focal().gamma(0.5).withoutAlpha(), Targets.LABELS, Shape.of(3, 2, 2)),
                Arguments.of(Loss.multiClassFocal(), Targets.CLASS, Shape.of(13)),
                Arguments.of(Loss.multiClassFocal().gamma(0.7), Targets.CLASS, Shape.of(3, 2, 5)),
                Arguments.of(Loss.multiClassFocal().gamma(0), Targets.CLASS, Shape.of(13, 3)),
                Arguments.of(Loss.meanSquaredError(), Targets.ANY, Shape.of(13)),
                Arguments.of(Loss.meanAbsoluteError(), Targets.ANY, Shape.of(3, 5)),
                Arguments.of(Loss.huber(0.7), Targets.ANY, Shape.of(13)),
                Arguments.of(Loss.logCosh(), Targets.ANY, Shape.of(13)),
                Arguments.of(Loss.hinge(), Targets.SIGNS, Shape.of(13)),
                Arguments.of(Loss.multiClassHinge(), Targets.CLASS, Shape.of(13)),
                Arguments.of(Loss.klDivergence(), Targets.SOFT, Shape.of(13)),
                Arguments.of(Loss.klDivergence(), Targets.SOFT, Shape.of(3, 2, 2)),
                Arguments.of(Loss.triplet(), Targets.ANY, Shape.of(3, 11)),
                Arguments.of(Loss.triplet().margin(3).swap(true), Targets.ANY, Shape.of(3, 11)),
                Arguments.of(Loss.contrastive().margin(5), Targets.SAME, Shape.of(2, 11)));
    }

    @ParameterizedTest(name = "{0} of {2}")
    @MethodSource("checked")
    void hasTheGradientOfItsDifferences(Loss loss, Targets targets, Shape shape) {
        Shape both = Shape.of(shape.batched(2));
        assertThat(GradientCheck.largestError(layer(loss, targets), both, 3, 1)).isLessThan(1e-6);
    }

    /** Class numbers, labels of 0 and 1, and signs for outputs that are as wrong, and as right, as they can be. */
    static Stream<Arguments> extremes() {
        return Stream.of(
                Arguments.of(
                        Loss.softmaxCrossEntropy().labelSmoothing(0.1).classWeights(1, 2, 3), new double[] {0, 1, 2}),
                Arguments.of(Loss.multiClassHinge(), new double[] {0, 1, 2}),
                Arguments.of(Loss.multiClassFocal(), new double[] {0, 1, 2}),
                Arguments.of(Loss.multiClassFocal().gamma(0.5), new double[] {0, 1, 2}),
                Arguments.of(Loss.klDivergence(), new double[] {1, 0, 0, 0, 1, 0, 0, 0, 1}),
                Arguments.of(Loss.binaryCrossEntropy().positiveWeights(3), new double[] {1, 0, 0, 0, 1, 0, 1, 0, 1}),
                Arguments.of(Loss.focal(), new double[] {1, 0, 0, 0, 1, 0, 1, 0, 1}),
                Arguments.of(Loss.focal().gamma(0.5), new double[] {1, 0, 0, 0, 1, 0, 1, 0, 1}),
                Arguments.of(Loss.hinge(), new double[] {1, -1, -1, -1, 1, -1, 1, -1, 1}),
                Arguments.of(Loss.huber(1), new double[] {1, 0, 0, 0, 1e4, 0, 1, 0, 1}),
                Arguments.of(Loss.logCosh(), new double[] {1, 0, 0, 0, 1e4, 0, 1, 0, 1}),
                Arguments.of(Loss.meanAbsoluteError(), new double[] {1, 0, 0, 0, 1e4, 0, 1, 0, 1}));
    }

    private static double loss(Network net, Loss loss, Dataset data) {
        return net.trainer()
                .optimizer(Sgd.of(1))
                .loss(loss)
                .batchSize(data.size())
                .fit(data)
                .last()
                .trainLoss();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("extremes")
    void isFiniteForExtremeOutputs(Loss loss, double[] targets) {
        double[] outputs = {1e4, -1e4, 88, -88, 1e4, 0, 89, -104, -1e4};
        long[] shape = targets.length == 3 ? new long[] {3} : new long[] {3, 3};
        double[] values = new double[3];
        for (int i = 0; i < 3; i++) {
            DataType type = i == 0 ? DataType.DOUBLE : DataType.FLOAT;
            Engine engine = i == 2 ? Engine.fastest(DataType.FLOAT) : Engine.nd4j();
            Network net = LossReferenceTest.yielding(type, outputs, 3, 3).on(engine);
            values[i] = loss(net, loss, LossReferenceTest.data(type, 3, targets, shape));
            assertThat(Tensors.isFinite(net.parameters().get("dense_1.weight"))).isTrue();
        }
        assertThat(values[0]).isFinite();
        assertThat(values[1]).isCloseTo(values[0], within(1e-5 * Math.max(1, values[0])));
        assertThat(values[2]).isCloseTo(values[0], within(1e-5 * Math.max(1, values[0])));
    }

    @Test
    void hasAGradientWhereEmbeddingsAreEqual() {
        for (Loss loss : List.of(Loss.triplet(), Loss.triplet().swap(true))) {
            Network net = LossReferenceTest.yielding(DataType.FLOAT, new double[2 * 3 * 5], 2, 3, 5);
            assertThat(loss(net, loss, LossReferenceTest.data(DataType.FLOAT, 2, new double[2], 2)))
                    .isCloseTo(1, within(1e-6));
            assertThat(Tensors.isFinite(net.parameters().get("dense_1.weight"))).isTrue();
        }
    }

    @Test
    void leavesOutAStepInWhichNothingCounts() {
        double[] outputs = new Random(1).doubles(6 * 3, -1, 1).toArray();
        Loss loss = Loss.softmaxCrossEntropy().ignoring(-1);
        Network net = LossReferenceTest.yielding(DataType.FLOAT, outputs, 6, 3);
        Dataset data = LossReferenceTest.data(DataType.FLOAT, 6, new double[] {-1, -1, -1, 2, -1, -1}, 6);
        INDArray before = net.parameters().get("dense_1.weight").dup();
        // With momentum, a step without gradients would go on where the one before was going.
        History history = net.trainer()
                .optimizer(Sgd.of(0.5).momentum(0.9))
                .loss(loss)
                .batchSize(1)
                .fit(data);
        double[] change =
                Floats.values(before.sub(net.parameters().get("dense_1.weight")).transpose());
        double[] softmax = Arrays.stream(outputs, 9, 12).map(Math::exp).toArray();
        double sum = Arrays.stream(softmax).sum();
        double[] expected = new double[18];
        for (int k = 0; k < 3; k++) {
            expected[9 + k] = 0.5 * (softmax[k] / sum - (k == 2 ? 1 : 0));
        }
        assertThat(change).containsExactly(expected, within(1e-6));
        assertThat(history.last().trainLoss()).isCloseTo(-Math.log(softmax[2] / sum), within(1e-6));
    }

    @Test
    void weighsTheLossesOfSeveralOutputsEachByItsOwn() {
        Dataset digits = Digits.load().slice(0, 96);
        double[][] results = new double[2][];
        for (int i = 0; i < 2; i++) {
            GraphBuilder g = new GraphBuilder();
            Value x = g.input("image", 1, 8, 8);
            Value flat = g.apply(new Reshaping(Shape.of(64)), x);
            Network net = g.build(
                            g.call("kind", Dense.of(10), flat),
                            g.call("ink", Dense.of(10), flat),
                            g.call("sum", Dense.of(10), flat))
                    .to(DataType.DOUBLE);
            INDArray labels = digits.labels().castTo(DataType.DOUBLE);
            Dataset data = Dataset.of(
                    Map.of("image", digits.features().castTo(DataType.DOUBLE)),
                    Map.of("kind", labels, "ink", labels, "sum", labels));
            Trainer trainer = net.trainer()
                    .optimizer(Sgd.of(0.01))
                    .loss("kind", Loss.softmaxCrossEntropy().classWeights(1, 2, 3, 4, 5, 6, 7, 8, 9, 10))
                    .loss("ink", Loss.softmaxCrossEntropy().ignoring(3))
                    .loss("sum", Loss.softmaxCrossEntropy());
            (i == 0 ? trainer.batchSize(32) : trainer.batchSize(8).accumulate(4)).fit(data);
            results[i] = Floats.values(net.parameters().trainable());
        }
        assertThat(results[1]).containsExactly(results[0], within(1e-12));
    }

    /** A weight of 3 is what three copies of the example would do, to each loss, in batches and in the validation too. */
    @Test
    void countsAnExampleAsOftenAsItsWeightSays() {
        int[] repeated = {0, 0, 0, 2, 3, 3, 5};
        double[] weights = {3, 0, 1, 2, 0, 1};
        double[] outputs = new Random(2).doubles(6 * 3, -1, 1).toArray();
        List<Loss> losses = List.of(
                Loss.softmaxCrossEntropy(),
                Loss.softmaxCrossEntropy().classWeights(1, 2, 0.5).labelSmoothing(0.1),
                Loss.softmaxCrossEntropy().ignoring(2));
        Dataset data = LossReferenceTest.data(DataType.DOUBLE, 6, new double[] {0, 1, 2, 2, 1, 0}, 6);
        for (Loss loss : losses) {
            Map<String, double[]> results = new LinkedHashMap<>();
            for (String kind : List.of("copies", "weights", "in batches")) {
                Network net = LossReferenceTest.yielding(DataType.DOUBLE, outputs, 6, 3);
                Dataset counted = kind.equals("copies") ? data.select(repeated) : data.weights(weights);
                Trainer trainer = net.trainer().optimizer(Sgd.of(1)).loss(loss);
                Epoch epoch = (kind.equals("in batches") ? trainer.batchSize(2).accumulate(4) : trainer.batchSize(8))
                        .fit(counted, counted)
                        .last();
                results.put(kind, Arrays.copyOf(Floats.values(net.parameters().trainable()), 20));
                results.get(kind)[18] = epoch.trainLoss();
                results.get(kind)[19] = epoch.validationLoss();
            }
            assertThat(results.get("weights")).containsExactly(results.get("copies"), within(1e-12));
            assertThat(results.get("in batches")).containsExactly(results.get("copies"), within(1e-12));
        }
    }

    @Test
    void validatesByWeightsThatTheTrainingDataDoNotHave() {
        Dataset data = LossReferenceTest.data(DataType.DOUBLE, 2, new double[] {1, 2, 3, 4}, 2, 2);
        Network net = LossReferenceTest.yielding(DataType.DOUBLE, new double[4], 2, 2);
        Epoch last = net.trainer()
                .optimizer(Sgd.of(1e-30))
                .loss(Loss.meanSquaredError())
                .fit(data, data.weights(3, 1))
                .last();
        assertThat(last.trainLoss()).isCloseTo((2.5 + 12.5) / 2, within(1e-12));
        assertThat(last.validationLoss()).isCloseTo((3 * 2.5 + 12.5) / 4, within(1e-12));
    }

    @Test
    void validatesByClassNumbersWhatIsTrainedOnDistributions() {
        Split split = Digits.load().slice(0, 400).split(0.8, 1);
        Map<String, Double> losses = new LinkedHashMap<>();
        for (String kind : List.of("numbers", "rows")) {
            Network net = Network.input(1, 8, 8).flatten().dense(10).build(1);
            Dataset test = kind.equals("rows") ? split.test().oneHot(10) : split.test();
            Epoch last = net.trainer()
                    .optimizer(Adam.of(1e-2))
                    .loss(Loss.softmaxCrossEntropy().labelSmoothing(0.1))
                    .fit(split.train().oneHot(10), test)
                    .last();
            losses.put(kind, last.validationLoss());
            assertThat(last.validationAccuracy()).isGreaterThan(0.3);
        }
        assertThat(losses.get("numbers")).isEqualTo(losses.get("rows"));
    }

    @Test
    void weighsClassesUnderAugmentationToo() {
        Dataset digits = Digits.load().slice(0, 128);
        for (Augmentation augmentation : List.of(Augmentation.shift(1), Augmentation.mixup(0.2))) {
            Network net = Network.input(1, 8, 8).flatten().dense(10).build(1);
            double loss = net.trainer()
                    .loss(Loss.softmaxCrossEntropy().classWeights(0, 1, 1, 1, 1, 1, 1, 1, 1, 0))
                    .augment(augmentation)
                    .fit(digits, digits)
                    .last()
                    .validationLoss();
            assertThat(loss).isBetween(0.1, 4.0);
        }
    }

    @Test
    void learnsWhichPixelsAreInk() {
        Dataset digits = Digits.load().slice(0, 200);
        INDArray ink = digits.features().gt(0.5).castTo(DataType.FLOAT).reshape(200, 8, 8);
        Dataset data = Dataset.of(digits.features(), ink);
        Network net = Network.input(1, 8, 8).conv2d(2, 1).build(1);
        History history = net.trainer()
                .optimizer(Adam.of(0.1))
                .loss(Loss.softmaxCrossEntropy().classWeights(1, 2))
                .epochs(10)
                .fit(data, data);
        assertThat(history.last().validationLoss()).isLessThan(0.2);
        assertThat(history.last().validationAccuracy()).isGreaterThan(0.9);
        // Where there is no ink is left out, of the accuracy as well.
        History ignoring =
                net.trainer().loss(Loss.softmaxCrossEntropy().ignoring(0)).fit(data, data);
        assertThat(ignoring.last().validationAccuracy()).isGreaterThan(0.9);
        assertThat(net.evaluate(data).task()).isEqualTo(Task.CLASSIFICATION);
    }

    private static void assertRefused(Loss loss, Dataset data, String message) {
        Network net = LossReferenceTest.yielding(DataType.FLOAT, new double[6], 2, 3);
        double[] before = Floats.values(net.parameters().trainable());
        assertThatThrownBy(() -> net.trainer().loss(loss).fit(data)).hasMessage(message);
        assertThat(Floats.values(net.parameters().trainable())).containsExactly(before);
    }

    private static Dataset numbers(double... labels) {
        return LossReferenceTest.data(DataType.FLOAT, 2, labels, 2);
    }

    private static Dataset rows(double... targets) {
        return LossReferenceTest.data(DataType.FLOAT, 2, targets, 2, targets.length / 2);
    }

    @Test
    void refusesSettingsOutOfRange() {
        SoftmaxCrossEntropyLoss softmax = Loss.softmaxCrossEntropy();
        assertThatThrownBy(() -> softmax.labelSmoothing(1))
                .hasMessage("softmaxCrossEntropy expects label smoothing from 0 to less than 1 but got 1.0");
        assertThatThrownBy(() -> softmax.labelSmoothing(Double.NaN))
                .hasMessage("softmaxCrossEntropy expects label smoothing from 0 to less than 1 but got NaN");
        assertThatThrownBy(() -> softmax.classWeights(1, -1))
                .hasMessage(
                        "softmaxCrossEntropy expects class weights of at least 0, not all of them 0, but got [1.0, -1.0]");
        assertThatThrownBy(() -> softmax.classWeights(0, 0))
                .hasMessage(
                        "softmaxCrossEntropy expects class weights of at least 0, not all of them 0, but got [0.0, 0.0]");
        assertThatThrownBy(softmax::classWeights).hasMessage("classWeights expects a weight per class but got none");
        assertThatThrownBy(() -> Loss.binaryCrossEntropy().positiveWeights(Double.POSITIVE_INFINITY))
                .hasMessage("binaryCrossEntropy expects weights of positives of at least 0, not all of them 0, but got"
                        + " [Infinity]");
        assertThatThrownBy(() -> Loss.binaryCrossEntropy().positiveWeights())
                .hasMessage("positiveWeights expects a weight per label but got none");
        assertThatThrownBy(() -> Loss.focal().gamma(-1)).hasMessage("focal expects gamma of at least 0 but got -1.0");
        assertThatThrownBy(() -> Loss.multiClassFocal().gamma(Double.NaN))
                .hasMessage("multiClassFocal expects gamma of at least 0 but got NaN");
        assertThatThrownBy(() -> Loss.focal().alpha(25)).hasMessage("focal expects alpha from 0 to 1 but got 25.0");
        assertThatThrownBy(() -> Loss.huber(0)).hasMessage("huber expects delta above 0 but got 0.0");
        assertThatThrownBy(() -> Loss.triplet().margin(-1))
                .hasMessage("triplet expects a margin of at least 0 but got -1.0");
        assertThatThrownBy(() -> Loss.contrastive().margin(Double.NaN))
                .hasMessage("contrastive expects a margin of at least 0 but got NaN");
    }

    @Test
    void refusesWeightsThatDoNotFitTheOutput() {
        assertRefused(
                Loss.softmaxCrossEntropy().classWeights(1, 2),
                numbers(0, 1),
                "softmaxCrossEntropy expects 3 class weights, one per class, but got 2: [1.0, 2.0]");
        assertRefused(
                Loss.binaryCrossEntropy().positiveWeights(1, 2),
                rows(0, 1, 0, 1, 0, 1),
                "binaryCrossEntropy expects a weight of positives for each label of an output [3], or one for all, but got"
                        + " 2: [1.0, 2.0]");
    }

    @Test
    void refusesDataInWhichNothingCounts() {
        assertRefused(
                Loss.softmaxCrossEntropy().classWeights(0, 0, 1),
                numbers(0, 1),
                "loss of output \"reshape_1\" expects examples that count but got 2 of weight 0 in the training data; look"
                        + " at their weights, and the class weights and the ignored class of softmaxCrossEntropy, classWeights [0.0, 0.0, 1.0]");
        assertRefused(
                Loss.softmaxCrossEntropy().ignoring(1),
                numbers(1, 1),
                "loss of output \"reshape_1\" expects examples that count but got 2 of weight 0 in the training data; look"
                        + " at their weights, and the class weights and the ignored class of softmaxCrossEntropy, ignoring 1");
    }

    @Test
    void refusesTargetsOutOfRange() {
        assertRefused(
                Loss.softmaxCrossEntropy().ignoring(-100),
                numbers(-100, 3),
                "softmaxCrossEntropy expects labels as whole numbers from 0 to 2, or -100 to be ignored, but got 3.0 in row 1"
                        + " of the training data; give the network one output per class");
        assertRefused(
                Loss.softmaxCrossEntropy().ignoring(1),
                rows(1, 0, 0, 0, 1, 0),
                "softmaxCrossEntropy expects class numbers, of which to ignore 1, but got distributions in the training"
                        + " data; leave out ignoring(1)");
        assertRefused(
                Loss.binaryCrossEntropy(),
                rows(0, 1, 0, 1, 2, 1),
                "binaryCrossEntropy expects targets from 0 to 1 but got 2.0 in row 1 of the training data");
        assertRefused(
                Loss.focal(),
                rows(0, 1, 0, 1, 0.5, 1),
                "focal expects targets 0 or 1 but got 0.5 in row 1 of the training data");
        assertRefused(
                Loss.hinge(),
                rows(-1, 1, 0, 1, -1, 1),
                "hinge expects targets -1 or 1 but got 0.0 in row 0 of the training data");
        assertRefused(
                Loss.multiClassHinge(),
                numbers(0, -1),
                "multiClassHinge expects labels as whole numbers from 0 to 2 but got -1.0 in row 1 of the training data;"
                        + " give the network one output per class");
        assertRefused(
                Loss.klDivergence(),
                rows(0, 1, 0, 1, 1, 1),
                "klDivergence expects distributions, shares of at least 0 that are 1 together, but got [1.0, 1.0, 1.0] in"
                        + " row 1 of the training data; divide each row by its sum, or use meanSquaredError for other"
                        + " numbers");
    }

    @Test
    void namesTheExampleOfAPositionThatIsOutOfRange() {
        double[] labels = new double[12];
        labels[8] = 5;
        Network net = LossReferenceTest.yielding(DataType.FLOAT, new double[36], 3, 3, 2, 2);
        Dataset data = LossReferenceTest.data(DataType.FLOAT, 3, labels, 3, 2, 2);
        assertThatThrownBy(() -> net.trainer().loss(Loss.softmaxCrossEntropy()).fit(data))
                .hasMessage(
                        "softmaxCrossEntropy expects labels as whole numbers from 0 to 2 but got 5.0 in row 2 of the"
                                + " training data; give the network one output per class");
        double[] shares = new double[36];
        Arrays.fill(shares, 1.0 / 3);
        shares[29] = 0;
        Dataset soft = LossReferenceTest.data(DataType.FLOAT, 3, shares, 3, 3, 2, 2);
        assertThatThrownBy(() -> net.trainer().loss(Loss.softmaxCrossEntropy()).fit(soft))
                .hasMessageContaining("in row 2 of the training data; divide each row by its sum");
    }

    /** A network with one logit learns from class numbers, and is validated and evaluated by them or by columns of them. */
    @Test
    void takesClassNumbersForAnOnlyLogit() {
        Random random = new Random(4);
        double[] x = random.doubles(90, -1, 1).toArray();
        double[] kinds = Arrays.stream(x).map(value -> value > 0.2 ? 1 : 0).toArray();
        INDArray features = Tensors.of(DataType.FLOAT, x, 90, 1);
        INDArray numbers = Tensors.of(DataType.FLOAT, kinds, 90);
        Dataset flat = Dataset.of(features, numbers);
        Dataset column = Dataset.of(features, numbers.reshape(90, 1));
        List<Epoch> last = new ArrayList<>();
        for (Dataset training : List.of(flat, column)) {
            for (Dataset judging : List.of(flat, column)) {
                Network net = Network.input(1).dense(1).build(3);
                Trainer trainer = net.trainer().loss(Loss.binaryCrossEntropy()).optimizer(Adam.of(0.1));
                last.add(trainer.metrics(Metric.rocAuc())
                        .epochs(20)
                        .fit(training, judging)
                        .last());
                Evaluation result = net.evaluate(judging);
                assertThat(result.task()).isEqualTo(Task.MULTI_LABEL);
                assertThat(result.accuracy()).isGreaterThan(0.95);
                assertThat(result.rocAuc()).isEqualTo(1);
            }
        }
        assertThat(last.get(0).validationLoss()).isLessThan(0.3);
        for (Epoch epoch : last) {
            assertThat(epoch.trainLoss()).isEqualTo(last.get(0).trainLoss());
            assertThat(epoch.metrics()).isEqualTo(last.get(0).metrics());
        }
        Network net = Network.input(1).dense(1).build(3);
        assertThatThrownBy(
                        () -> net.trainer().loss(Loss.binaryCrossEntropy()).fit(Dataset.of(features, numbers.add(1))))
                .hasMessageMatching(
                        "binaryCrossEntropy expects targets from 0 to 1 but got 2.0 in row \\d+ of the training data");
    }

    @Test
    void refusesTargetsOfAnotherShape() {
        UnaryOperator<String> of = what -> "loss of output \"reshape_1\" expects " + what;
        assertRefused(
                Loss.binaryCrossEntropy(),
                rows(0, 1),
                of.apply("targets [3] like the output but got [1]; give the network an output for each target"));
        assertRefused(
                Loss.multiClassHinge(),
                rows(0, 1),
                of.apply("labels as class numbers [] per example but got [1]; reshape them to [examples]"));
        assertRefused(
                Loss.multiClassFocal(),
                rows(0, 0, 1, 1, 0, 0),
                of.apply(
                        "labels as class numbers, one less axis than the output [3], but got [3]; use softmaxCrossEntropy for"
                                + " distributions"));
        assertRefused(
                Loss.triplet(),
                numbers(0, 1),
                of.apply("embeddings [3, width] of anchor, positive and negative but got [3]; concatenate the three and"
                        + " reshape them"));
        assertRefused(
                Loss.contrastive(),
                numbers(0, 1),
                of.apply("embeddings [2, width] of a pair but got [3]; concatenate the two and reshape them"));
        Network image = LossReferenceTest.yielding(DataType.FLOAT, new double[24], 2, 3, 2, 2);
        assertThatThrownBy(
                        () -> image.trainer().loss(Loss.softmaxCrossEntropy()).fit(numbers(0, 1)))
                .hasMessage(
                        "loss of output \"reshape_1\" expects labels as class numbers [2, 2] or distributions [3, 2, 2]"
                                + " per example but got []; end the network with a Dense layer, or give a class number to each"
                                + " position");
        assertThatThrownBy(
                        () -> image.trainer().loss(Loss.softmaxCrossEntropy()).fit(rows(0, 1, 0, 1, 0, 1, 0, 1)))
                .hasMessage(
                        "loss of output \"reshape_1\" expects labels as class numbers [2, 2] or distributions [3, 2, 2]"
                                + " per example but got [4]; reshape class numbers to [examples, 2, 2]");
    }

    @Test
    void printsItsSettings() {
        assertThat(Loss.softmaxCrossEntropy()
                        .labelSmoothing(0.1)
                        .classWeights(1, 2)
                        .ignoring(255))
                .hasToString("softmaxCrossEntropy, labelSmoothing 0.1, classWeights [1.0, 2.0], ignoring 255");
        assertThat(Loss.softmaxCrossEntropy()).hasToString("softmaxCrossEntropy");
        assertThat(Loss.binaryCrossEntropy().positiveWeights(3))
                .hasToString("binaryCrossEntropy, positiveWeights [3.0]");
        assertThat(Loss.focal()).hasToString("focal, gamma 2.0, alpha 0.25");
        assertThat(Loss.focal().withoutAlpha()).hasToString("focal, gamma 2.0");
        assertThat(Loss.multiClassFocal().gamma(1)).hasToString("multiClassFocal, gamma 1.0");
        assertThat(Loss.huber(1)).hasToString("huber, delta 1.0");
        assertThat(Loss.triplet().swap(true)).hasToString("triplet, margin 1.0, swap");
        assertThat(Loss.contrastive()).hasToString("contrastive, margin 1.0");
        assertThat(List.of(
                        Loss.meanAbsoluteError(),
                        Loss.logCosh(),
                        Loss.hinge(),
                        Loss.multiClassHinge(),
                        Loss.klDivergence()))
                .hasToString("[meanAbsoluteError, logCosh, hinge, multiClassHinge, klDivergence]");
    }
}
