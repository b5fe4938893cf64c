package io.github.bn4j.diagnose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.NetworkBuilder;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.diagnose.SanityReport.Verdict;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.Permute;
import io.github.bn4j.networks.Noise;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Whether the data suit the network, which sanityCheck looks at first. */
class DataLookTest {

    private static final INDArray X = Noise.normal(DataType.FLOAT, 1, 90, 4);

    private static INDArray classes(int number) {
        double[] labels = new double[number];
        for (int i = 0; i < number; i++) {
            labels[i] = i % 3;
        }
        return Tensors.of(DataType.FLOAT, labels, number);
    }

    private static SanityReport regression(NetworkBuilder end, double mean, double deviation) {
        INDArray targets = Noise.normal(DataType.FLOAT, 2, 90, 2);
        targets.subi(targets.mean(true, 0)).divi(targets.std(false, true, 0));
        targets.getColumn(1).muli(deviation).addi(mean);
        return end.build(1).sanityCheck(Dataset.of(X, targets));
    }

    private static NetworkBuilder hidden() {
        return Network.input(4).dense(16).batchNorm1d().relu();
    }

    @Test
    void findsTargetsThatAreNotScaled() {
        SanityReport report = regression(hidden().dense(2), 250, 80);

        assertThat(report.check("targets").verdict()).isEqualTo(Verdict.NOTED);
        assertThat(report.check("targets"))
                .hasToString(
                        "targets noted: those of output \"dense_2\" have mean 250 and standard deviation 80.0 in element 1,"
                                + " far from what a network yields at the start; subtract the mean and divide by the deviation, and turn"
                                + " predictions back");
        assertThat(report.check("last layer").verdict()).isEqualTo(Verdict.PASSED);
        assertThat(regression(hidden().dense(2), 0, 1e-3).check("targets").verdict())
                .isEqualTo(Verdict.NOTED);
        assertThat(regression(hidden().dense(2), 2, 5).check("targets"))
                .hasToString(
                        "targets passed: those of output \"dense_2\" have mean 2.00 and standard deviation 5.00 in element 1");
    }

    @Test
    void findsBatchNormAtTheOutputOfARegression() {
        SanityReport report = regression(hidden().dense(2).batchNorm1d(), 2, 5);

        assertThat(report.check("targets"))
                .hasToString(
                        "targets noted: those of output \"batchnorm1d_2\" have mean 2.00 and standard deviation 5.00 in"
                                + " element 1, but \"batchnorm1d_2\" normalises that output to mean 0 and standard deviation 1 at the"
                                + " start; scale the targets to that, and predictions back, or put a Dense behind it");
        assertThat(report.check("last layer"))
                .hasToString(
                        "last layer noted: batch normalisation \"batchnorm1d_2\" yields an output itself, so what training"
                                + " sees of an example there depends on its batch, and its size on gamma; put a layer with weights and a"
                                + " bias behind it, such as Dense");
        assertThat(regression(hidden().dense(2).batchNorm1d(), 0.5, 1.2)
                        .check("targets")
                        .verdict())
                .isEqualTo(Verdict.PASSED);
    }

    @Test
    void findsBatchNormAtTheOutputOfAClassification() {
        Dataset data = Dataset.of(X, classes(90));

        assertThat(hidden().dense(3)
                        .batchNorm1d()
                        .build(1)
                        .sanityCheck(data)
                        .check("last layer")
                        .verdict())
                .isEqualTo(Verdict.NOTED);
        assertThat(hidden().dense(3)
                        .batchNorm1d()
                        .reshape(3, 1)
                        .flatten()
                        .build(1)
                        .sanityCheck(data)
                        .check("last layer")
                        .verdict())
                .isEqualTo(Verdict.NOTED);
        assertThat(hidden().dense(3)
                        .build(1)
                        .sanityCheck(data)
                        .check("last layer")
                        .verdict())
                .isEqualTo(Verdict.PASSED);
        assertThat(Network.input(4).dense(3).build(1).sanityCheck(data).check("last layer"))
                .hasToString("last layer skipped: there is no batch normalisation");
    }

    @Test
    void namesTheRowOfAValueThatDrownsTheOthers() {
        INDArray features = X.dup();
        features.putScalar(new int[] {17, 2}, 1e6);
        SanityReport report = hidden().dense(3).build(1).sanityCheck(Dataset.of(features, classes(90)));

        assertThat(report.check("inputs").verdict()).isEqualTo(Verdict.NOTED);
        assertThat(report.check("inputs").toString().replaceAll("-?[0-9.]+ and [0-9.]+;", "LOW and HIGH;"))
                .isEqualTo(
                        "inputs noted: input \"features\" channel 2: one value of row 17, 1.00e+06, makes up 100 % of the"
                                + " variance, where the others lie between LOW and HIGH; mend or leave out that example, or clip: it"
                                + " drowns the others in the statistics of its batch");
        assertThat(report.check("inputs").numbers()).containsEntry("row", 17.0).containsEntry("channel", 2.0);
    }

    /** A rare feature is no fault. */
    @Test
    void letsAFeatureBeThatIsTheSameInAllExamplesButOne() {
        INDArray features = X.dup();
        features.getColumn(2).assign(0);
        features.putScalar(new int[] {17, 2}, 1);

        assertThat(hidden().dense(3)
                        .build(1)
                        .sanityCheck(Dataset.of(features, classes(90)))
                        .check("inputs"))
                .hasToString("inputs passed: no value drowns the others");
    }

    @Test
    void noticesChannelsThatAreLast() {
        INDArray images = Noise.normal(DataType.FLOAT, 3, 12, 32, 32, 3);
        Network net =
                Network.input(32, 32, 3).conv2d(4, 3).relu().flatten().dense(3).build(1);

        assertThat(net.sanityCheck(Dataset.of(images, classes(12))).check("inputs"))
                .hasToString(
                        "inputs noted: input \"features\" [32, 32, 3] looks like height, width and channels, where images"
                                + " are [channels, height, width]; say input(3, 32, 32) and permute(0, 3, 1, 2) the data");
        assertThat(net.graph().channelsLast()).containsExactly("features");
    }

    @Test
    void doesNotTakeOtherShapesForChannelsThatAreLast() {
        assertThat(Network.input(32, 32, 3)
                        .then(Permute.of(2, 0, 1))
                        .conv2d(4, 3)
                        .build(1)
                        .graph()
                        .channelsLast())
                .isEmpty();
        assertThat(Network.input(32, 32, 3).flatten().dense(3).build(1).graph().channelsLast())
                .isEmpty();
        assertThat(Network.input(3, 32, 32).conv2d(4, 3).build(1).graph().channelsLast())
                .isEmpty();
        assertThat(Network.input(64, 10, 1)
                        .then(Conv2d.of(4, 1))
                        .build(1)
                        .graph()
                        .channelsLast())
                .isEmpty();
        assertThat(Network.input(28, 28, 1)
                        .then(Conv2d.of(4, 1))
                        .build(1)
                        .graph()
                        .channelsLast())
                .containsExactly("features");
        assertThat(Network.input(3, 4, 4).conv2d(4, 3).build(1).graph().channelsLast())
                .isEmpty();
    }

    /** Where a network of such images does not fit together, its builder says so. */
    @Test
    void saysSoWhereTheNetworkIsBuilt() {
        NetworkBuilder last = Network.input(32, 32, 3).conv2d(8, 3).conv2d(8, 3);
        String message =
                "layer \"conv2d_2\" Conv2d(8, 3×3) expects an image that its kernel 3×3 fits into but got [8, 30, 1] from"
                        + " layer \"conv2d_1\" Conv2d(8, 3×3); pad it or use a smaller kernel or dilation, or say input(3, 32, 32) if"
                        + " [32, 32, 3] are height, width and channels";

        assertThatThrownBy(() -> last.build(1))
                .isInstanceOf(ShapeException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> {
                    GraphBuilder g = new GraphBuilder();
                    g.call(Conv2d.of(8, 3), g.call(Conv2d.of(8, 3), g.input("photo", 32, 32, 3)));
                })
                .hasMessage(message);
        assertThatThrownBy(() -> Network.input(32, 32, 3).conv2d(8, 3).dense(2).build(1))
                .hasMessage(
                        "layer \"dense_1\" Dense(2) expects input [features] but got [8, 30, 1] from layer \"conv2d_1\""
                                + " Conv2d(8, 3×3); put a Flatten before it, or say input(3, 32, 32) if [32, 32, 3] are height, width and"
                                + " channels");
    }
}
