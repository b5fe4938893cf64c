package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.data.Augmentation;
import io.github.bn4j.data.Csv;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Standardization;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.Dense;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Class numbers without the names that they stand for are read wrongly sooner or later. */
class ClassNamesTest {

    private static final List<String> PETS = List.of("cat", "dog", "owl");
    private static final String ADVICE_OF_NETWORK = "; give Csv or ImageFolder the classNames() of the network";

    /** Three clouds that a line separates, five rows each. */
    private static Dataset clouds(List<String> names) {
        INDArray x = Nd4j.create(DataType.FLOAT, 15, 2);
        INDArray labels = Nd4j.create(DataType.FLOAT, 15);
        for (int row = 0; row < 15; row++) {
            int label = row % names.size();
            x.putScalar(row, 0, label == 0 ? 1 : -1 - 0.1 * row);
            x.putScalar(row, 1, label == 1 ? 1 : -1 + 0.1 * row);
            labels.putScalar(row, label);
        }
        Dataset data = Dataset.of(x, labels);
        return names.get(0).isEmpty() ? data : data.classNames(names);
    }

    private static Network network() {
        return Network.input(2).dense(8).batchNorm1d().relu().dense(3).build(5);
    }

    private static Trainer trainer(Network net) {
        return net.trainer()
                .loss(Loss.softmaxCrossEntropy())
                .optimizer(Adam.of(0.05))
                .epochs(3);
    }

    @Test
    void refusesATestFileInWhichAClassIsMissing(@TempDir Path folder) throws IOException {
        Path train = folder.resolve("train.csv");
        Path test = folder.resolve("test.csv");
        Files.writeString(train, "x,y,pet\n1,2,dog\n3,4,cat\n5,1,owl\n1,1,cat\n2,2,owl\n3,3,dog\n");
        Files.writeString(test, "x,y,pet\n1,2,owl\n3,4,cat\n");
        Dataset known = Csv.of(train).label("pet").read();
        Dataset other = Csv.of(test).label("pet").read();
        Network net = network();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> trainer(net).fit(known, other))
                .withMessage(
                        "fit expects validation data with the classes of the training data, numbered alike, but got none"
                                + " called dog; give Csv or ImageFolder the classNames() of the training data");
        trainer(net).fit(known);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> net.evaluate(other))
                .withMessage(
                        "evaluate expects data with the classes that output \"dense_2\" was trained on, numbered alike,"
                                + " but got none called dog" + ADVICE_OF_NETWORK);
        Dataset same = Csv.of(test).label("pet").classNames(net.classNames()).read();
        assertThat(net.evaluate(same).examples()).isEqualTo(2);
        assertThat(trainer(net).fit(known, same).last().validationAccuracy()).isBetween(0.0, 1.0);
    }

    @Test
    void saysHowClassesDiffer() {
        Network net = network();
        trainer(net).fit(clouds(PETS));
        Map<List<String>, String> others = Map.of(
                List.of("cat", "dog", "cow"), "cow instead of owl",
                List.of("cat", "dog", "emu", "owl"), "emu besides",
                List.of("owl"), "none called cat or dog",
                List.of("cat", "owl", "dog"), "another order, in which class 1 is owl and not dog");
        others.forEach((names, difference) -> {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> net.evaluate(clouds(names)))
                    .withMessage(
                            "evaluate expects data with the classes that output \"dense_2\" was trained on, numbered"
                                    + " alike, but got " + difference + ADVICE_OF_NETWORK);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> trainer(net).fit(clouds(names)))
                    .withMessage(
                            "fit expects training data with the classes that output \"dense_2\" was trained on, numbered"
                                    + " alike, but got " + difference + ADVICE_OF_NETWORK
                                    + ", or the network others by classNames(names)");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> trainer(network()).fit(clouds(PETS), clouds(names)))
                    .withMessage(
                            "fit expects validation data with the classes of the training data, numbered alike, but got "
                                    + difference + "; give Csv or ImageFolder the classNames() of the training data");
        });
        assertThat(net.classNames()).isEqualTo(PETS);
        Dataset unnamed = clouds(List.of("", " ", "  "));
        assertThat(net.evaluate(unnamed).examples()).isEqualTo(15);
        trainer(net).fit(unnamed);
        assertThat(net.classNames()).as("after a training without names").isEqualTo(PETS);
    }

    @Test
    void namesTheFirstOfManyClassesThatDiffer() {
        List<String> thousand =
                IntStream.range(0, 1000).mapToObj(i -> "class " + i).toList();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClassNames.requireSame("fit", thousand, List.of("cat"), "look"))
                .withMessage(
                        "fit but got cat instead of class 0, class 1, class 2, class 3, class 4, class 5, class 6, class 7,"
                                + " class 8, class 9, 990 more; look");
        ClassNames.requireSame("fit", thousand, List.copyOf(thousand), "look");
    }

    @Test
    void carriesNamesThroughEverythingThatIsMadeOfData() {
        Dataset data = clouds(PETS);
        for (Dataset made : List.of(
                data.slice(3, 7),
                data.select(1, 1),
                data.shuffle(4),
                data.split(0.5, 1).test(),
                data.split(0.4, 0.3, 1).validation(),
                data.oneHot(3),
                data.oneHot(3).shuffle(1),
                Standardization.fit(data).apply(data))) {
            assertThat(made.classNames()).isEqualTo(PETS);
        }
        Network mixed = network();
        trainer(mixed).augment(Augmentation.mixup(0.2)).fit(data, data);
        assertThat(mixed.classNames()).isEqualTo(PETS);
    }

    @Test
    void namesTheClassesOfDistributionsAndOfSeveralTargets() {
        Dataset data = clouds(PETS);
        INDArray shares = data.oneHot(3).labels();
        Dataset several = Dataset.of(
                Map.of("x", data.features()), Map.of("pet", data.labels(), "share", shares, "size", data.features()));
        Dataset named = several.classNames("pet", PETS).classNames("share", List.of("p", "q", "r"));
        assertThat(named.classNames()).isEmpty();
        assertThat(named.slice(0, 3).classNames("pet")).isEqualTo(PETS);
        assertThat(named.classNames("share")).containsExactly("p", "q", "r");
        assertThat(named.classNames("size")).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> several.classNames("pets", PETS))
                .withMessageStartingWith(
                        "Dataset.classNames expects the name of a target array but got \"pets\"; this data set has [");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> several.classNames("share", List.of("p", "q")))
                .withMessage("Dataset.classNames expects at least 3 names but got [p, q]; name every class");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> several.classNames("pet", List.of("p", "q", "p")))
                .withMessage(
                        "Dataset.classNames expects a name of its own for each class but got [p, q, p]; name them differently");
        assertThatIllegalStateException()
                .isThrownBy(() -> several.classNames("size", PETS))
                .withMessage(
                        "Dataset.classNames expects class numbers [examples] but got [15, 2]; targets have no classes");
        assertThatIllegalStateException()
                .isThrownBy(() -> several.classNames(PETS))
                .withMessageStartingWith("Dataset.classNames(names) expects a single array but got [")
                .withMessageEndingWith("]; use classNames(target, names)");
        assertThat(network()
                        .evaluate(Dataset.of(data.features(), shares).classNames(PETS))
                        .task())
                .as("distributions whose classes have names")
                .isEqualTo(Task.CLASSIFICATION);
    }

    @Test
    void remembersTheNamesOfEachOutput() {
        GraphBuilder g = new GraphBuilder();
        Value x = g.input("x", 2);
        Network net = g.build(g.call("pet", Dense.of(3), x), g.call("size", Dense.of(1), x));
        Dataset data = clouds(PETS);
        Dataset both = Dataset.of(
                        Map.of("x", data.features()),
                        Map.of("pet", data.labels(), "size", data.features().getColumns(0)))
                .classNames("pet", PETS);
        net.trainer()
                .loss("pet", Loss.softmaxCrossEntropy())
                .loss("size", Loss.meanSquaredError())
                .fit(both);
        assertThat(net.classNames("pet")).isEqualTo(PETS);
        assertThat(net.classNames("size")).isEmpty();
        assertThat(net.classNames()).isEqualTo(PETS);
        assertThat(net.evaluate(both).output("pet").toString()).contains("owl");
    }

    @Test
    void takesNamesByHand() {
        Network net = network();
        Network named = net.classNames(PETS);
        assertThat(net.classNames()).isEmpty();
        assertThat(named.classNames()).isEqualTo(PETS);
        assertThat(named.parameters()).isSameAs(net.parameters());
        trainer(named).fit(clouds(PETS));
        trainer(named.classNames(List.of("ant", "bee", "fly"))).fit(clouds(List.of("ant", "bee", "fly")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> net.classNames(List.of("a", "b", "c", "d")))
                .withMessage("classNames expects a name for each score of output \"dense_2\" [3], or fewer, but got"
                        + " [a, b, c, d]; end the network with an output per class");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> net.classNames(List.of("a", "a")))
                .withMessage(
                        "classNames expects a name of its own for each class but got [a, a]; name them differently");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> net.classNames("dense", PETS))
                .withMessage("classNames expects the name of an output but got \"dense\"; this network has [dense_2]");
        GraphBuilder g = new GraphBuilder();
        Value x = g.input("x", 2);
        Network two = g.build(g.call("pet", Dense.of(3), x), g.call("size", Dense.of(1), x));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> two.classNames(PETS))
                .withMessage(
                        "classNames expects a network with one output but got [pet, size]; use classNames(output, names)");
    }

    @Test
    void printsWhichClassWasTakenForWhich() {
        INDArray scores = Nd4j.createFromArray(new float[][] {{9, 1, 0}, {1, 9, 0}, {0, 9, 1}, {0, 1, 9}});
        Evaluation evaluation = new Evaluation(
                4,
                Map.of("pet", Comparison.of(scores, Nd4j.createFromArray(0f, 1f, 2f, 2f), Task.CLASSIFICATION, PETS)));
        assertThat(evaluation.toString().lines())
                .containsExactly(
                        "Evaluation[4 examples, accuracy 0.7500]",
                        "is \\ taken for  cat  dog  owl",
                        "cat               1    0    0",
                        "dog               0    1    0",
                        "owl               0    1    1");
        assertThat(Comparison.of(scores, Nd4j.createFromArray(0f, 1f, 2f, 2f), Task.CLASSIFICATION, PETS.subList(0, 1))
                        .table()
                        .lines())
                .contains("is \\ taken for  cat  1  2", "1                 0  1  0");
    }

    @Test
    void tellsWhatAnOutputIsFor(@TempDir Path folder) {
        Network net = network();
        assertThat(net.task("dense_2")).isEmpty();
        assertThat(net.classNames(PETS).task("dense_2")).contains(Task.CLASSIFICATION);

        trainer(net).fit(clouds(PETS));
        net.save(folder.resolve("net"));

        assertThat(net.task("dense_2")).contains(Task.CLASSIFICATION);
        assertThat(Network.load(folder.resolve("net")).task("dense_2")).contains(Task.CLASSIFICATION);
        assertThat(net.task("other")).isEmpty();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> net.task(null))
                .withMessage("task expects the name of an output but got null");
    }
}
