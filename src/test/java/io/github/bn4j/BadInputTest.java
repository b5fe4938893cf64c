package io.github.bn4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.TailBatch;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.op.SoftmaxCrossEntropy;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Sgd;
import io.github.bn4j.train.Trainer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Each mistake that a user makes is answered by one clear sentence. */
class BadInputTest {

    private static Network small() {
        return Network.input(3).dense(4).batchNorm1d().relu().dense(2).build(1);
    }

    private static Dataset examples(int count) {
        Nd4j.getRandom().setSeed(1);
        return Dataset.of(Nd4j.randn(DataType.FLOAT, count, 3), Nd4j.zeros(DataType.FLOAT, count));
    }

    private static Trainer trainer(Network net) {
        return net.trainer().loss(Loss.softmaxCrossEntropy());
    }

    @Test
    void namesBothLayersWhenTheRankIsWrong() {
        assertThatThrownBy(() -> Network.input(3, 8, 8).flatten().batchNorm2d().build(1))
                .isInstanceOf(ShapeException.class)
                .hasMessage(
                        "layer \"batchnorm2d_1\" BatchNorm2d() expects input [channels, height, width] but got [192]"
                                + " from layer \"flatten_1\" Flatten(); use BatchNorm1d after Flatten");
        assertThatThrownBy(() -> Network.input(3, 8, 8).dense(2).build(1))
                .hasMessage("layer \"dense_1\" Dense(2) expects input [features] but got [3, 8, 8]"
                        + " from input \"features\"; put a Flatten before it");
    }

    @Test
    void refusesOneValuePerChannelInTraining() {
        String expected =
                "layer \"batchnorm1d_1\" BatchNorm1d() expects more than one value per channel in training but"
                        + " got [1, 4]; use a larger batch, or TailBatch.DROP or TailBatch.MERGE if this is the last one of an"
                        + " epoch";
        assertThatThrownBy(() -> trainer(small()).batchSize(1).fit(examples(3)))
                .isInstanceOf(ShapeException.class)
                .hasMessage(expected);
        assertThatThrownBy(() -> trainer(small()).batchSize(4).fit(examples(5))).hasMessage(expected);
        assertThat(trainer(small())
                        .batchSize(4)
                        .tail(TailBatch.MERGE)
                        .fit(examples(5))
                        .epochs())
                .hasSize(1);
        assertThat(trainer(small())
                        .batchSize(4)
                        .tail(TailBatch.DROP)
                        .fit(examples(5))
                        .epochs())
                .hasSize(1);
    }

    @Test
    void refusesLabelsOutOfRange() {
        for (float label : new float[] {2, -1, 0.5f}) {
            float[] labels = new float[40];
            labels[37] = label;
            labels[39] = label;
            Dataset wrong = Dataset.of(Nd4j.ones(DataType.FLOAT, 40, 3), Nd4j.createFromArray(labels));
            String message = "softmaxCrossEntropy expects labels as whole numbers from 0 to 1 but got " + label
                    + " in row 37 of the %s; give the network one output per class";
            Network net = small();
            assertThatThrownBy(() -> trainer(net).batchSize(4).fit(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(message, "training data");
            assertThatThrownBy(() -> trainer(net).batchSize(4).fit(examples(8), wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(message, "validation data");
            assertThat(net.parameters().trainable().data().asFloat())
                    .containsExactly(small().parameters().trainable().data().asFloat());
            assertThat(net.parameters().state().data().asFloat())
                    .containsExactly(small().parameters().state().data().asFloat());
        }
    }

    @Test
    void takesDistributionsAsLabels() {
        Dataset soft = Dataset.of(
                Nd4j.ones(DataType.FLOAT, 2, 3), Nd4j.createFromArray(new float[][] {{0.5f, 0.5f}, {0.25f, 0.75f}}));
        assertThat(trainer(small()).fit(soft, soft).epochs()).hasSize(1);
    }

    /** Reference arithmetic that is run without a trainer has the batch only. */
    @Test
    void refusesLabelsOutOfRangeInAProgramToo() {
        INDArray logits = Nd4j.zeros(DataType.FLOAT, 2, 2);
        GraphBuilder g = new GraphBuilder();
        Network net = g.build(g.apply(new SoftmaxCrossEntropy(), g.input("logits", 2), g.input("labels")));
        assertThatThrownBy(() -> net.predict(Map.of("logits", logits, "labels", Nd4j.createFromArray(0f, 2f))))
                .hasMessage(
                        "SoftmaxCrossEntropy expects labels as whole numbers from 0 to 1 but got 2.0 in row 1 of the"
                                + " batch; give the network one output per class");
    }

    @Test
    void refusesLabelsOfAnotherShape() {
        Dataset wrong = Dataset.of(Nd4j.ones(DataType.FLOAT, 2, 3), Nd4j.ones(DataType.FLOAT, 2, 5));
        assertThatThrownBy(() -> trainer(small()).fit(wrong))
                .hasMessage("loss of output \"dense_2\" expects labels as class numbers [] or distributions [2] per"
                        + " example but got [5]; give the network one output per class");
        Dataset column = Dataset.of(Nd4j.ones(DataType.FLOAT, 2, 3), Nd4j.ones(DataType.FLOAT, 2, 1));
        assertThatThrownBy(() -> trainer(small()).fit(column))
                .hasMessage("loss of output \"dense_2\" expects labels as class numbers [] or distributions [2] per"
                        + " example but got [1]; reshape class numbers to [examples]");
    }

    @Test
    void refusesTargetsOfAnotherShape() {
        Network one = Network.input(3).dense(1).build(1);
        Trainer trainer = one.trainer().loss(Loss.meanSquaredError());
        INDArray x = Nd4j.rand(DataType.FLOAT, 4, 3);

        Trainer square =
                Network.input(3).dense(4).reshape(2, 2).build(1).trainer().loss(Loss.meanSquaredError());
        assertThatThrownBy(() -> square.fit(Dataset.of(x, Nd4j.rand(DataType.FLOAT, 4, 4))))
                .hasMessage(
                        "op MeanSquaredError expects targets [2, 2] like the output but got [4]; reshape them to that shape per"
                                + " example");
        assertThatThrownBy(() -> trainer.fit(Dataset.of(x, Nd4j.rand(DataType.FLOAT, 4, 2))))
                .hasMessage(
                        "op MeanSquaredError expects targets [1] like the output but got [2]; give the network an output for"
                                + " each target");
        assertThatThrownBy(() -> one.parameters().gradient("dense_1.beta"))
                .hasMessageStartingWith("parameters expects the name of one of its tensors but got \"dense_1.beta\"");
        assertThatThrownBy(() -> new GraphBuilder().build())
                .hasMessage("GraphBuilder.build expects at least one output but got none; pass the values to predict");
        assertThatThrownBy(() -> Network.input(12).reshape(5).build(1))
                .hasMessage(
                        "layer \"reshape_1\" Reshape([5]) expects input of 5 elements to reshape to [5] but got [12] from"
                                + " input \"features\"; reshape to one of as many elements");
    }

    @Test
    void refusesNumbersThatAreNotFinite() {
        INDArray features = Nd4j.ones(DataType.FLOAT, 4, 3);
        features.putScalar(2, 1, Float.NaN);
        assertThatThrownBy(() -> trainer(small()).fit(Dataset.of(features, Nd4j.zeros(DataType.FLOAT, 4))))
                .hasMessage("Dataset expects finite numbers in \"features\" but got NaN in row 2; clean or impute the"
                        + " data");
    }

    @Test
    void namesTheLayerWhereNumbersStopBeingFinite() {
        Network net = small();
        net.parameters().get("dense_2.weight").assign(3e38);
        assertThatThrownBy(() -> trainer(net).optimizer(Sgd.of(0.1)).fit(examples(8)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("fit expects finite numbers but got NaN or infinity in epoch 1, step 1, first in layer"
                        + " \"dense_2\" Dense(2); lower the learning rate or scale the data (the parameters are still"
                        + " those before this step)");
    }

    @Test
    void refusesEmptyDataAndBatches() {
        assertThatThrownBy(() -> Dataset.of(Nd4j.empty(DataType.FLOAT), Nd4j.empty(DataType.FLOAT)))
                .hasMessage("Dataset expects \"features\" with at least one example but got an empty array");
        assertThatThrownBy(() -> trainer(small()).batchSize(0))
                .hasMessage("batchSize expects at least 1 example but got 0");
        assertThatThrownBy(() -> trainer(small()).epochs(0)).hasMessage("epochs expects at least 1 pass but got 0");
    }

    @Test
    void listsTheParametersThereAre() {
        assertThatThrownBy(() -> small().parameters().get("dense_1.bias"))
                .hasMessage(
                        "parameters expects the name of one of its tensors but got \"dense_1.bias\"; this network has"
                                + " [dense_1.weight, batchnorm1d_1.gamma, batchnorm1d_1.beta, batchnorm1d_1.runningMean,"
                                + " batchnorm1d_1.runningVariance, dense_2.weight, dense_2.bias]");
    }

    @Test
    void refusesFeaturesOfAnotherShape() {
        assertThatThrownBy(() -> small().predict(Nd4j.ones(DataType.FLOAT, 2, 5)))
                .hasMessage(
                        "input \"features\" expects examples of shape [3] along a first axis but got [2, 5]; give it"
                                + " data of that shape or build it for theirs");
        assertThatThrownBy(() -> small().predict(Nd4j.ones(DataType.FLOAT, 3)))
                .hasMessage("input \"features\" expects examples of shape [3] along a first axis but got [3];"
                        + " reshape(1, 3) it");
        assertThatThrownBy(() -> small().predict(Nd4j.scalar(1f)))
                .hasMessage("input \"features\" expects examples of shape [3] along a first axis but got []; give it"
                        + " data of that shape or build it for theirs");
        assertThatThrownBy(() -> small().predict(Nd4j.empty(DataType.FLOAT)))
                .hasMessage("input \"features\" expects at least one example but got an empty array");
    }

    @Test
    void saysHowToBringImagesIntoTheirShape() {
        Network images = Network.input(3, 8, 6).conv2d(2, 3).build(1);

        assertThatThrownBy(() -> images.predict(Nd4j.ones(DataType.FLOAT, 3, 8, 6)))
                .hasMessage(
                        "input \"features\" expects examples of shape [3, 8, 6] along a first axis but got [3, 8, 6];"
                                + " reshape(1, 3, 8, 6) it");
        assertThatThrownBy(() -> images.predict(Nd4j.ones(DataType.FLOAT, 5, 144)))
                .hasMessage(
                        "input \"features\" expects examples of shape [3, 8, 6] along a first axis but got [5, 144];"
                                + " reshape(5, 3, 8, 6) it");
        assertThatThrownBy(() -> images.predict(Nd4j.ones(DataType.FLOAT, 5, 8, 6, 3)))
                .hasMessage("input \"features\" expects examples of shape [3, 8, 6] along a first axis but got"
                        + " [5, 8, 6, 3]; permute(0, 3, 1, 2) it");
        assertThatThrownBy(() -> images.trainer()
                        .loss(Loss.meanSquaredError())
                        .fit(Dataset.of(Nd4j.ones(DataType.FLOAT, 5, 8, 6, 3), Nd4j.ones(DataType.FLOAT, 5, 2, 6, 4))))
                .hasMessage("input \"features\" expects examples of shape [3, 8, 6] along a first axis but got"
                        + " [5, 8, 6, 3]; permute(0, 3, 1, 2) it");
    }

    @Test
    void saysHowToBringSequencesIntoTheirShape() {
        Network sequences = Network.input(3, 8).conv1d(2, 3).build(1);

        assertThatThrownBy(() -> sequences.predict(Nd4j.ones(DataType.FLOAT, 5, 8, 3)))
                .hasMessage("input \"features\" expects examples of shape [3, 8] along a first axis but got [5, 8, 3];"
                        + " permute(0, 2, 1) it");
        assertThatThrownBy(() -> sequences.predict(Nd4j.ones(DataType.FLOAT, 5, 4, 8)))
                .hasMessage("input \"features\" expects examples of shape [3, 8] along a first axis but got [5, 4, 8];"
                        + " give it data of that shape or build it for theirs");
    }

    @Test
    void namesTwoOutputsOfOneLayer() {
        GraphBuilder g = new GraphBuilder();
        Dense tower = Dense.of(2);
        Value left = g.call(tower, g.input("x", 3));
        Value right = g.call(tower, g.input("y", 3));

        assertThatThrownBy(() -> g.build(left, right))
                .hasMessage(
                        "Graph expects distinct output names but got \"dense_1\" twice; give one a name of its own, as"
                                + " in build(a, named(\"other\", b))");
        assertThatThrownBy(() -> g.input("x", 3))
                .hasMessage("Graph expects distinct input names but got \"x\" twice; rename one");

        Network net = g.build(g.named("left", left), g.named("right", right));
        INDArray x = Nd4j.rand(DataType.FLOAT, 4, 3);
        INDArray y = Nd4j.rand(DataType.FLOAT, 4, 3);
        Map<String, INDArray> outputs = net.forward(Map.of("x", x, "y", y));

        assertThat(outputs.keySet()).containsExactly("left", "right");
        assertThat(outputs.get("right"))
                .isEqualTo(net.forward(Map.of("x", y, "y", x)).get("left"));
        assertThat(outputs.get("left")).isEqualTo(g.build(left).predict(Map.of("x", x, "y", y)));
    }

    @Test
    void predictsBeforeTrainingAndBuildsTwice() {
        NetworkBuilder builder = Network.input(3).dense(4).batchNorm1d().relu().dense(2);
        Network first = builder.build(1);
        Network second = builder.build(1);
        INDArray x = Nd4j.ones(DataType.FLOAT, 300, 3);
        assertThat(first.predict(x).shape()).containsExactly(300, 2);
        assertThat(first.predict(x)).isEqualTo(second.predict(x));
        assertThat(first.predict(Nd4j.ones(DataType.DOUBLE, 1, 3)).getDouble(0, 1))
                .isEqualTo(first.predict(x).getDouble(299, 1));
    }

    @Test
    void refusesValidationDataWithoutTargets() {
        Dataset without = Dataset.of(Map.of("features", Nd4j.ones(DataType.FLOAT, 4, 3)), Map.of());
        assertThatThrownBy(() -> trainer(small()).fit(examples(8), without))
                .hasMessage("fit expects target \"labels\" in the validation data but got []; name the arrays of both"
                        + " data sets alike");
    }

    @Test
    void refusesToJudgeByLabelsThatAreNoClasses() {
        Dataset wrong = Dataset.of(Nd4j.ones(DataType.FLOAT, 2, 3), Nd4j.createFromArray(0f, 0.5f));
        assertThatThrownBy(() -> small().evaluate(wrong).accuracy())
                .hasMessage(
                        "Evaluation expects labels as whole numbers from 0 to 1 but got 0.5 in row 1; number the classes"
                                + " from 0");
    }

    @Test
    void refusesWhatIsNoDistribution() {
        double[][] wrong = {{0.5, 0.5}, {1.5, -0.5}, {1, 1}, {0, 0}, {0.3, 0.3}};
        String[] shown = {"", "1.5, -0.5", "1.0, 1.0", "0.0, 0.0", "0.30000001192092896, 0.30000001192092896"};
        for (int i = 1; i < wrong.length; i++) {
            INDArray targets = Nd4j.create(DataType.FLOAT, 8, 2);
            for (int row = 0; row < 8; row++) {
                double[] shares = wrong[row == 5 ? i : 0];
                targets.putScalar(row, 0, shares[0]);
                targets.putScalar(row, 1, shares[1]);
            }
            Dataset data = Dataset.of(Nd4j.ones(DataType.FLOAT, 8, 3), targets);
            String message =
                    "softmaxCrossEntropy expects distributions, shares of at least 0 that are 1 together, but got ["
                            + shown[i]
                            + "] in row 5 of the %s; divide each row by its sum, or use meanSquaredError for other numbers";
            assertThatThrownBy(() -> trainer(small()).fit(data)).hasMessage(message.formatted("training data"));
            Dataset right =
                    Dataset.of(data.features(), Nd4j.ones(DataType.FLOAT, 8, 2).mul(0.5));
            assertThatThrownBy(() -> trainer(small()).fit(right, data))
                    .hasMessage(message.formatted("validation data"));
        }
    }

    @Test
    void refusesToTellASingleClass() {
        Network net = Network.input(3).dense(1).build(1);
        Dataset data = Dataset.of(Nd4j.ones(DataType.FLOAT, 8, 3), Nd4j.zeros(DataType.FLOAT, 8));
        assertThatThrownBy(() -> net.trainer().loss(Loss.softmaxCrossEntropy()).fit(data))
                .hasMessage(
                        "softmaxCrossEntropy expects one output per class, at least two, but got [1]; end the network with"
                                + " an output per class");
    }
}
