package io.github.bn4j;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import io.github.bn4j.console.Progress;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.TailBatch;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.networks.ReadmeNetwork;
import io.github.bn4j.text.Text;
import io.github.bn4j.train.Adam;
import io.github.bn4j.train.Epoch;
import io.github.bn4j.train.Evaluation;
import io.github.bn4j.train.History;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Sgd;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import jdk.jshell.JShell;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** What things print in JShell. */
class PrintingTest {

    /** Trainable parameters: 16 · 9, 2 · 16, 32 · 16 · 9, 2 · 32, 64 · 512, 2 · 64, 10 · 64 + 10. */
    @Test
    void printsANetworkAsATable() {
        String expected =
                """
                name           layer                  output      trainable  state  bias
                features       input                  [1, 8, 8]
                conv2d_1       Conv2d(16, 3×3, SAME)  [16, 8, 8]        144         dropped
                batchnorm2d_1  BatchNorm2d()          [16, 8, 8]         32     32
                relu_1         Relu()                 [16, 8, 8]
                conv2d_2       Conv2d(32, 3×3, SAME)  [32, 8, 8]       4608         dropped
                batchnorm2d_2  BatchNorm2d()          [32, 8, 8]         64     64
                relu_2         Relu()                 [32, 8, 8]
                maxpool2d_1    MaxPool2d(2×2)         [32, 4, 4]
                flatten_1      Flatten()              [512]
                dense_1        Dense(64)              [64]            32768         dropped
                batchnorm1d_1  BatchNorm1d()          [64]              128    128
                relu_3         Relu()                 [64]
                dense_2        Dense(10)              [10]              650         kept
                38394 trainable parameters, 224 running statistics, 112 bias parameters saved, engine %s""";
        Network net = ReadmeNetwork.builder().build(42);
        assertThat(net.summary().lines())
                .containsExactlyElementsOf(
                        expected.formatted(net.engine()).lines().toList());
        assertThat(net).hasToString(net.summary().toString());
    }

    /** JShell quotes strings and escapes their line ends; other values it shows as they print themselves. */
    @Test
    void showsTextsInJshellAsTheyAre() {
        Network net = Network.input(4).dense(3).batchNorm1d().relu().dense(2).build(42);
        Map<String, Object> texts = new LinkedHashMap<>();
        texts.put("net.summary()", net.summary());
        texts.put("net.explainBias()", net.explainBias());
        texts.put("net.explainBias(\"dense_1\")", net.explainBias("dense_1"));
        texts.put("net.explainBias().of(\"dense_1\").story()", net.explainBias("dense_1"));
        texts.put("net.explainBias().json()", net.explainBias().json());
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        try (JShell shell = JShell.builder().executionEngine("local").build()) {
            shell.addToClasspath(classPath);
            shell.eval("import io.github.bn4j.*;");
            shell.eval("Network net = Network.input(4).dense(3).batchNorm1d().relu().dense(2).build(42);");
            texts.forEach((expression, text) -> assertThat(
                            shell.eval(expression).get(0).value())
                    .as(expression)
                    .isEqualTo(text.toString()));
        }
    }

    /** Whatever else is text goes on a line, so that quotes round it do no harm; or is a document for a file. */
    @Test
    void returnsStringsForLabelsOnly() {
        Set<String> labels = Set.of(
                "toString",
                "name",
                "label",
                "layer",
                "expected",
                "actual",
                "word",
                "reason",
                "advice",
                "classify",
                "numbered",
                "svg",
                "html");
        List<String> others = PublicApi.types().stream()
                .filter(type -> !type.isAnnotation())
                .filter(type -> !type.getPackageName().matches(".*\\.(example|checkpoint)"))
                .flatMap(type -> type.getMethods().stream())
                .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC))
                .filter(method -> method.getRawReturnType().isEquivalentTo(String.class))
                .filter(method ->
                        method.getOwner().tryGetField(method.getName()).isEmpty())
                .filter(method -> !labels.contains(method.getName()))
                .map(JavaMethod::getFullName)
                .toList();

        assertThat(others).as("text that may have several lines is a Text").isEmpty();
    }

    @Test
    void goesWhereverACharSequenceGoes() {
        Text text = new Text("first\nsecond");

        assertThat(text.lines()).containsExactly("first", "second");
        assertThat(new StringBuilder().append(text).append(text.subSequence(0, 5)))
                .hasToString("first\nsecondfirst");
        assertThat(text).hasSize(12).endsWith("d").isEqualTo(new Text("first\nsecond"));
    }

    @Test
    void printsABuilderAsItsLayers() {
        assertThat(Network.input(3).dense(4).relu()).hasToString("Network.input([3]) Sequence(Dense(4) → Relu())");
    }

    @Test
    void printsATrainerAsItsSettings() {
        Network net = Network.input(3).dense(2).build(7);
        assertThat(net.trainer())
                .hasToString(
                        "Trainer[Adam[learningRate=0.001, beta1=0.9, beta2=0.999, epsilon=1.0E-8, weightDecay=0.0],"
                                + " schedule constant(), losses {}, epochs 1, batchSize 32, tail KEEP, seed 7]");
        assertThat(net.trainer()
                        .optimizer(Sgd.of(0.1))
                        .loss(Loss.softmaxCrossEntropy())
                        .epochs(15)
                        .batchSize(64)
                        .tail(TailBatch.MERGE)
                        .seed(3))
                .hasToString(
                        "Trainer[Sgd[learningRate=0.1, momentum=0.0, dampening=0.0, nesterov=false, weightDecay=0.0],"
                                + " schedule constant(), losses {dense_1=softmaxCrossEntropy}, epochs 15, batchSize 64,"
                                + " tail MERGE, seed 3]");
        assertThat(net.trainer().loss("dense_1", Loss.meanSquaredError()).optimizer(Adam.of(1)))
                .asString()
                .contains("losses {dense_1=meanSquaredError}");
    }

    @Test
    void printsAHistoryAsALinePerEpoch() {
        Epoch first = new Epoch(1, 2.5, Double.NaN, Double.NaN, 1.25);
        Epoch second = new Epoch(2, 1.23456, 0.5, Double.NaN, 1);
        Epoch third = new Epoch(3, 1, 0.25, 0.9876, 1);
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("loss", 0.25);
        metrics.put("accuracy", 0.9876);
        metrics.put("f1", 0.98);
        metrics.put("rocAuc", Double.NaN);
        metrics.put("error", 123456.7);
        Epoch fourth = new Epoch(4, 1, 0.25, 0.9876, 1, metrics);
        Epoch fifth = new Epoch(5, 1, 0.25, 0.9876, 1, Map.of(), "ema(0.999)");
        Optional<String> end = Optional.of("after epoch 5: f1 has not got better for 5 epochs");
        assertThat(new History(List.of(first, second, third, fourth, fifth), Map.of(), end)
                        .toString()
                        .lines())
                .containsExactly(
                        "epoch 1: loss 2.5000",
                        "epoch 2: loss 1.2346, validation loss 0.5000",
                        "epoch 3: loss 1.0000, validation loss 0.2500, validation accuracy 0.9876",
                        "epoch 4: loss 1.0000, validation loss 0.2500, validation accuracy 0.9876, f1 0.9800, rocAuc"
                                + " –, error 1.235e+05",
                        "epoch 5: loss 1.0000, validation loss 0.2500, validation accuracy 0.9876, judged by ema(0.999)",
                        "ended early, after epoch 5: f1 has not got better for 5 epochs");
    }

    @Test
    void printsDataByShape() {
        Dataset digits = Digits.load();
        assertThat(digits).hasToString("Dataset[1797 examples, features [1, 8, 8], labels [] with 10 classes]");
        Dataset own = Dataset.of(Nd4j.ones(DataType.FLOAT, 4, 2), Nd4j.ones(DataType.FLOAT, 4, 3));
        assertThat(own.split(0.5, 1))
                .hasToString("Split[train Dataset[2 examples, features [2], labels [3]], test Dataset[2 examples,"
                        + " features [2], labels [3]]]");
        assertThat(Dataset.of(
                        Map.of("x", Nd4j.ones(DataType.FLOAT, 4, 2)), Map.of("y", Nd4j.ones(DataType.FLOAT, 4, 3))))
                .hasToString("Dataset[4 examples, x [2], y [3]]");
        assertThat(Shape.of(1, 8, 8)).hasToString("[1, 8, 8]");
        assertThat(Shape.of()).hasToString("[]");
    }

    @Test
    void printsAnEvaluationByItsMeasure() {
        assertThat(Evaluation.of(Nd4j.eye(4), Nd4j.createFromArray(0f, 1f, 2f, 0f)))
                .hasToString("Evaluation[4 examples, accuracy 0.7500]");
        assertThat(Evaluation.of(Nd4j.ones(DataType.FLOAT, 2, 1, 3), Nd4j.zeros(DataType.FLOAT, 2, 1, 3)))
                .hasToString("Evaluation[2 examples, mean squared error 1.00000, mean absolute error 1.00000]");
    }

    @Test
    void printsAGraphUnderConstructionAsItsOps() {
        GraphBuilder g = new GraphBuilder();
        Value y = g.call(Dense.of(3), g.input("x", 4));
        Value sum = g.add(y, y);
        assertThat(g.toString().lines())
                .containsExactly(
                        "GraphBuilder with inputs [x [4]]",
                        "1 = MatrixMultiply[0] in dense_1",
                        "2 = AddBias[1] in dense_1",
                        "3 = Addition[2, 2] in addition_1",
                        "outputs []");
        assertThat(sum).hasToString("addition_1 [3]");
        assertThat(g.build(sum).graph().toString()).endsWith("outputs [addition_1 [3]]");
    }

    @Test
    void printsProgressByItsKind() {
        assertThat(Progress.lines(System.out)).hasToString("Progress as lines");
    }
}
