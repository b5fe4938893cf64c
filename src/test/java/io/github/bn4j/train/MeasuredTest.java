package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.op.MeanSquaredError;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Metrics of a training go to the outputs that they are for. */
class MeasuredTest {

    private static final int ROWS = 37;
    private static final INDArray X =
            Nd4j.linspace(-1, 1, ROWS * 5, DataType.FLOAT).reshape(ROWS, 5);

    /** The loss of a stranger who does not say what it is for. */
    private static final Loss SILENT = (scope, output, target) -> scope.apply(new MeanSquaredError(), output, target);

    private static INDArray classes(int count) {
        INDArray labels = Nd4j.zeros(DataType.FLOAT, ROWS);
        for (int row = 0; row < ROWS; row++) {
            labels.putScalar(row, row * 7 % count);
        }
        return labels;
    }

    /** Distributions of which nobody has said that they are some. */
    private static Dataset shares() {
        return Dataset.of(X, Dataset.of(X, classes(3)).oneHot(3).labels());
    }

    private static Network two() {
        GraphBuilder g = new GraphBuilder();
        Value x = g.input("x", 5);
        return g.build(g.call("kind", Dense.of(3), x), g.call("ink", Dense.of(2), x));
    }

    private static Trainer trainer(Network net) {
        return net.trainer().loss("kind", Loss.softmaxCrossEntropy()).loss("ink", Loss.meanSquaredError());
    }

    private static Dataset data() {
        return Dataset.of(
                Map.of("x", X),
                Map.of("kind", classes(3), "ink", X.getColumns(1, 3).dup()));
    }

    @Test
    void measuresEachOutputByItsName() {
        Network net = two();
        History history = trainer(net)
                .metrics(Metric.f1(), Metric.r2())
                .stopEarly(EarlyStopping.on("ink.r2").patience(2))
                .epochs(3)
                .fit(data(), data());
        Evaluation result = net.evaluate(data());
        Epoch best = history.best("ink.r2");
        assertThat(best.metrics()).containsOnlyKeys("loss", "kind.f1", "ink.r2");
        assertThat(best.validationAccuracy()).isNaN();
        assertThat(best.metrics().get("kind.f1"))
                .isEqualTo(result.output("kind").f1());
        assertThat(history.epochs())
                .allSatisfy(epoch -> assertThat(epoch.metrics().get("ink.r2"))
                        .isLessThanOrEqualTo(best.metrics().get("ink.r2")));
    }

    @Test
    void refusesMetricsThatNoOutputHas() {
        assertThatThrownBy(() -> trainer(two()).metrics(Metric.exactMatch()).fit(data(), data()))
                .hasMessage("exactMatch expects an output for a multi-label classification but got [classification,"
                        + " regression]; leave it out");
        Network silent = Network.input(5).dense(3).build(1);
        assertThatThrownBy(
                        () -> silent.trainer().loss(SILENT).metrics(Metric.f1()).fit(shares(), shares()))
                .hasMessage("f1 expects to know whether this is a classification but got a loss that does not say; use"
                        + " loss.forTask(Task.CLASSIFICATION) or another task");
    }

    @Test
    void keepsInTheFileThatAnOutputIsForLabels(@TempDir Path directory) {
        Network net = Network.input(5).dense(3).build(1);
        History history = net.trainer()
                .loss(SILENT.forTask(Task.MULTI_LABEL))
                .metrics(Metric.accuracy(), Metric.exactMatch())
                .fit(shares(), shares());
        Path file = directory.resolve("labels.safetensors");
        net.save(file);
        Evaluation result = Network.load(file).evaluate(shares());
        assertThat(result.task()).isEqualTo(Task.MULTI_LABEL);
        assertThat(history.last().metrics())
                .containsEntry("accuracy", result.accuracy())
                .containsEntry("exactMatch", result.value(Metric.exactMatch()));
    }
}
