package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.console.Progress;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.ExampleSource;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.Dense;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class UsualLossTest {

    private static final double[][] ROWS = {{1, 2}, {3, 4}, {5, 6}, {7, 9}};

    @Test
    void followsFromTheTargets() {
        assertThat(lossOf(3, Dataset.of(ROWS, new int[] {0, 1, 2, 1})))
                .isEqualTo("loss of output \"dense_1\": softmaxCrossEntropy, as its targets are class numbers");
        assertThat(lossOf(2, Dataset.of(ROWS, new String[] {"a", "b", "a", "b"})))
                .contains(": softmaxCrossEntropy,");
        assertThat(lossOf(3, Dataset.of(ROWS, new int[] {0, 1, 2, 1}).oneHot(3)))
                .endsWith(": softmaxCrossEntropy, as its targets are distributions over classes");
        assertThat(lossOf(2, Dataset.of(ROWS, new double[][] {{0, 1}, {1, 0}, {0, 1}, {1, 0}})))
                .endsWith(": softmaxCrossEntropy, as its targets are rows with a 1 for the class");
        assertThat(lossOf(1, Dataset.of(ROWS, new int[] {0, 1, 1, 0})))
                .endsWith(": binaryCrossEntropy, as its targets are class numbers 0 and 1");
        assertThat(lossOf(2, Dataset.of(ROWS, new double[][] {{0, 1}, {1, 1}, {0, 0}, {1, 0}})))
                .endsWith(": binaryCrossEntropy, as its targets are zeros and ones");
        assertThat(lossOf(1, Dataset.of(ROWS, new double[] {0, 1, 2, 1})))
                .endsWith(": meanSquaredError, as its targets are one number for each example");
        assertThat(lossOf(2, Dataset.of(ROWS, ROWS)))
                .endsWith(": meanSquaredError, as its targets are numbers shaped like it");
    }

    private static String lossOf(int outputs, Dataset data) {
        return UsualLoss.of("fit", dense(outputs).graph(), data).get(0).toString();
    }

    private static Network dense(int outputs) {
        return Network.input(2).dense(outputs).build(42);
    }

    @Test
    void trainsAsTheSameLossDoesThatIsSaid() {
        Network usual = dense(3);
        Network said = dense(3);
        Dataset data = Dataset.of(ROWS, new int[] {0, 1, 2, 1});
        usual.trainer().epochs(3).fit(data);
        said.trainer().loss(Loss.softmaxCrossEntropy()).epochs(3).fit(data);
        assertThat(usual.parameters().trainable()).isEqualTo(said.parameters().trainable());
        assertThat(usual.classify(1, 2)).isEqualTo(said.classify(1, 2));
    }

    @Test
    void isAmongTheTermsOfTheRunAndToldBeforeTheFirstStep() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        History history = dense(1).trainer()
                .listener(Progress.lines(new PrintStream(bytes, true, StandardCharsets.UTF_8)))
                .fit(Dataset.of(ROWS, new double[] {1.5, 2, 3, 4}));
        assertThat(history.run().orElseThrow().settings()).containsEntry("losses", "{dense_1=meanSquaredError}");
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .startsWith(
                        "loss of output \"dense_1\": meanSquaredError, as its targets are one number for each example\n");
    }

    @Test
    void isOnThePageOfTheTraining(@TempDir Path folder) {
        Path page = folder.resolve("training.html");
        dense(2).trainer().fit(Dataset.of(ROWS, new int[] {0, 1, 1, 0})).report(page);
        assertThat(page).content(StandardCharsets.UTF_8).contains("dense_1=softmaxCrossEntropy");
    }

    @Test
    void goesOnWithTheSameLossFromACheckpoint(@TempDir Path folder) {
        Dataset data = Dataset.of(ROWS, new int[] {0, 1, 1, 0});
        Checkpoints store = Checkpoints.in(folder);
        dense(2).trainer().epochs(2).checkpoints(store).fit(data);
        History said = dense(2).trainer()
                .loss(Loss.softmaxCrossEntropy())
                .epochs(3)
                .checkpoints(store)
                .resume(data);
        assertThat(said.epochs()).hasSize(3);
        assertThat(dense(2).trainer().epochs(4).checkpoints(store).resume(data).epochs())
                .hasSize(4);
    }

    @Test
    void isTakenForDataOnDemandAndForTheSearchForARateToo() {
        Dataset digits = Digits.load().slice(0, 40);
        ExampleSource source = new ExampleSource() {
            @Override
            public int size() {
                return 40;
            }

            @Override
            public long[] shape() {
                return new long[] {1, 8, 8};
            }

            @Override
            public void read(int number, float[] values) {
                INDArray one = digits.features().slice(number);
                System.arraycopy(one.dup().data().asFloat(), 0, values, 0, values.length);
            }
        };
        Network net = Network.input(1, 8, 8).flatten().dense(10).build(42);
        assertThat(net.trainer()
                        .fit(Dataset.stream(source, digits.labels()))
                        .last()
                        .trainLoss())
                .isPositive();
        assertThat(net.trainer().findRate(digits).suggestion()).isPositive();
    }

    @Test
    void isThatOfEachOutputThatHasTargets() {
        Network two = twoOutputs();
        Dataset data = Dataset.of(
                Map.of("x", Nd4j.create(ROWS)),
                Map.of("kind", Nd4j.createFromArray(0d, 1, 2, 1), "size", Nd4j.createFromArray(.5, 1, 2, 1)));
        assertThat(UsualLoss.byOutput(UsualLoss.of("fit", two.graph(), data)))
                .isEqualTo(Map.of("kind", Loss.softmaxCrossEntropy(), "size", Loss.meanSquaredError()));
    }

    private static Network twoOutputs() {
        GraphBuilder g = new GraphBuilder();
        Value x = g.input("x", 2);
        return g.build(42, g.call("kind", Dense.of(3), x), g.call("size", Dense.of(1), x));
    }

    @Test
    void refusesTargetsThatDoNotTell() {
        String orSay = ", or say the loss, as loss(Loss.meanSquaredError())";
        assertThatThrownBy(() -> dense(10).trainer().fit(Dataset.of(ROWS, new String[] {"a", "b", "c", "a"})))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "fit expects a score for each of the 3 classes but got output \"dense_1\" [10]; end the network with"
                                + " dense(3) or the like" + orSay);
        assertThatThrownBy(() -> dense(1).trainer().fit(Dataset.of(ROWS, new int[] {0, 1, 4, 1})))
                .hasMessage(
                        "fit expects classes 0 and 1 for the only number of output \"dense_1\" but got class numbers up to 4;"
                                + " give the network an output for each class" + orSay);
        assertThatThrownBy(() -> dense(4).trainer().fit(Dataset.of(ROWS, ROWS)))
                .hasMessage(
                        "fit expects targets that fit output \"dense_1\" [4], which the loss follows from, class numbers []"
                                + " or numbers [4], but got [2]; give the network an output for each class or number"
                                + orSay);
        assertThatThrownBy(() -> dense(1).trainer().fit(Dataset.of(ROWS, ROWS)))
                .hasMessage(
                        "fit expects targets that fit output \"dense_1\" [1], which the loss follows from, numbers [1], but"
                                + " got [2]; give the network an output for each class or number" + orSay);
        double[][] shares = {{0.25, 0.75}, {1, 0}, {0, 1}, {0.5, 0.5}};
        assertThatThrownBy(() -> dense(2).trainer().fit(Dataset.of(ROWS, shares)))
                .hasMessage(
                        "fit expects targets that the loss of output \"dense_1\" follows from but got rows that are 1 together,"
                                + " which may be shares of classes or other numbers; say loss(Loss.softmaxCrossEntropy()) or"
                                + " loss(Loss.meanSquaredError())");
        Dataset other = Dataset.of(Map.of("x", Nd4j.create(ROWS)), Map.of("colour", Nd4j.createFromArray(0d, 1, 2, 1)));
        assertThatThrownBy(() -> twoOutputs().trainer().fit(other))
                .hasMessage(
                        "fit expects targets of output [kind, size], which the loss follows from, but got [colour]; name the"
                                + " targets after the outputs" + orSay);
        assertThatThrownBy(() -> dense(2).trainer().fit(Dataset.of(Map.of("input", Nd4j.create(ROWS)), Map.of())))
                .hasMessageStartingWith(
                        "fit expects targets of output [dense_1], which the loss follows from, but got []");
    }

    @Test
    void refusesOutputsThatAreSquashedAlready() {
        Network shares = Network.input(2).dense(3).softmax().build(42);
        assertThatThrownBy(() -> shares.trainer().fit(Dataset.of(ROWS, new int[] {0, 1, 2, 1})))
                .hasMessage(
                        "fit expects logits for softmaxCrossEntropy, the usual loss where targets are class numbers, but got"
                                + " those of layer \"channelsoftmax_1\", which squashes them; leave that layer out, as the loss and"
                                + " probabilities(x) apply it, or say the loss, as loss(Loss.meanSquaredError())");
        Network flags = Network.input(2).dense(2).sigmoid().build(42);
        assertThatThrownBy(() -> flags.trainer().fit(Dataset.of(ROWS, new double[][] {{0, 1}, {1, 1}, {0, 0}, {1, 0}})))
                .hasMessageStartingWith("fit expects logits for binaryCrossEntropy");
        assertThat(flags.trainer()
                        .fit(Dataset.of(ROWS, new double[][] {{.2, 1}, {1, .1}, {0, .5}, {1, 0}}))
                        .run()
                        .orElseThrow()
                        .settings())
                .containsEntry("losses", "{sigmoid_1=meanSquaredError}");
    }

    @Test
    void namesNumbersThatAreNotFiniteFirst() {
        assertThatThrownBy(() -> dense(1).trainer().fit(Dataset.of(ROWS, new double[] {1, Double.NaN, 2, 3})))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("NaN");
    }
}
