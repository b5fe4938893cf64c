package io.github.bn4j.diagnose;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.diagnose.SanityReport.Check;
import io.github.bn4j.diagnose.SanityReport.Verdict;
import io.github.bn4j.engine.Model;
import io.github.bn4j.engine.internal.TrainingPass;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Normalization;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.rewrite.SwitchBatchNorm;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Whether an example has a prediction of its own, and whether the modes of a network keep out of each other's way.
 *
 * @param model a copy without dropout; the gradients of its parameters are modified
 * @param probe some examples, without targets
 */
record Isolation(Model model, Dataset probe) {

    private static final String NO_ADVICE = "";

    /** A way to run a graph on examples. */
    private interface Run extends Function<Map<String, INDArray>, Map<String, INDArray>> {}

    List<Check> checks() {
        return List.of(examples(), batchSize(), modes());
    }

    private double tolerance() {
        return model.parameters().type() == DataType.DOUBLE ? 1e-12 : 1e-5;
    }

    private Check examples() {
        double prediction = leak(inputs -> predict(model.graph(), inputs));
        Graph frozen = SwitchBatchNorm.apply(model.graph(), any -> true, Normalization::frozen);
        double apart = leak(inputs -> train(frozen, inputs));
        double training = leak(inputs -> train(model.graph(), inputs));
        Map<String, Double> numbers = new LinkedHashMap<>();
        numbers.put("changeInPredictions", prediction);
        numbers.put("changeInTraining", training);
        numbers.put("changeInTrainingWithFrozenBatchNorm", apart);
        String name = "examples apart";
        if (prediction > tolerance() || apart > tolerance()) {
            boolean predicting = prediction > tolerance();
            @Nullable
            String layer = firstLeak(
                    predicting ? model.graph() : frozen,
                    opened -> predicting ? inputs -> predict(opened, inputs) : inputs -> train(opened, inputs));
            String finding = SanityCheck.format(
                    "another example changes %s by %.1g of their size%s",
                    predicting ? "the predictions of the rest" : "what training mode gives for the rest",
                    predicting ? prediction : apart,
                    layer == null ? "" : ", first in " + layer);
            String advice = predicting
                    ? "an op mixes examples; it must not look along the batch axis"
                    : "an op other than batch normalisation mixes examples in training";
            return new Check(name, Verdict.FAILED, numbers, finding, advice);
        }
        String finding = training > tolerance()
                ? SanityCheck.format(
                        "in predictions; in training mode the rest changes by %.1g of its size, through the statistics of"
                                + " the batch, as it should",
                        training)
                : "in predictions and in training mode";
        return new Check(name, Verdict.PASSED, numbers, finding, NO_ADVICE);
    }

    // The largest change of the other examples when one becomes another.
    private double leak(Run run) {
        Map<String, INDArray> before = run.apply(probe.inputs());
        double change = 0;
        int size = probe.size();
        for (int row : new TreeSet<>(List.of(0, size / 2, size - 1))) {
            int[] others = IntStream.range(0, size).filter(i -> i != row).toArray();
            Map<String, INDArray> after = run.apply(probe.select(replaced(row)).inputs());
            change = Math.max(change, difference(before, after, others, others));
        }
        return change;
    }

    // All rows, with the next one in place of one.
    private int[] replaced(int row) {
        return IntStream.range(0, probe.size())
                .map(i -> i == row ? (row + 1) % probe.size() : i)
                .toArray();
    }

    private @Nullable String firstLeak(Graph subject, Function<Graph, Run> runner) {
        return subject.nodes().stream()
                .filter(node -> leak(runner.apply(subject.withOutputs(Map.of("value", node.output())))) > tolerance())
                .map(Node::layer)
                .findFirst()
                .orElse(null);
    }

    private Check batchSize() {
        double change = 0;
        int size = probe.size();
        Map<String, INDArray> together = predict(model.graph(), probe.inputs());
        for (int row = 0; row < size; row++) {
            Map<String, INDArray> alone =
                    predict(model.graph(), probe.select(row).inputs());
            change = Math.max(change, difference(together, alone, new int[] {row}, new int[] {0}));
        }
        Map<String, Double> numbers = Map.of("change", change);
        String name = "batch size";
        return change <= tolerance()
                ? new Check(
                        name,
                        Verdict.PASSED,
                        numbers,
                        SanityCheck.format("one example or %d at once give the same predictions", size),
                        NO_ADVICE)
                : new Check(
                        name,
                        Verdict.FAILED,
                        numbers,
                        SanityCheck.format(
                                "predictions of one example and of %d at once differ by %.1g of their size",
                                size, change),
                        "an op looks at the number of examples or along the batch axis");
    }

    private Check modes() {
        Isolation copy = new Isolation(model.copy(), probe);
        Map<String, INDArray> before = copy.predict(model.graph(), probe.inputs());
        copy.train(model.graph(), probe.inputs());
        List<String> changed = model.parameters().names().stream()
                .filter(name -> !Arrays.equals(
                        Floats.values(model.parameters().get(name)),
                        Floats.values(copy.model.parameters().get(name))))
                .toList();
        Map<String, INDArray> after = copy.predict(model.graph(), probe.inputs());
        int[] all = IntStream.range(0, probe.size()).toArray();
        double change = difference(before, after, all, all);
        Map<String, Double> numbers = new LinkedHashMap<>();
        numbers.put("change", change);
        numbers.put("changedParameters", (double) changed.size());
        String name = "modes";
        if (!changed.isEmpty()) {
            return new Check(
                    name,
                    Verdict.FAILED,
                    numbers,
                    "a pass in training mode changes " + SanityCheck.names(changed),
                    "an op writes to its parameters; only the optimiser and the running averages may");
        }
        if (change > 0) {
            return new Check(
                    name,
                    Verdict.FAILED,
                    numbers,
                    SanityCheck.format(
                            "predictions after a pass in training mode differ by %.1g of their size", change),
                    "an op remembers something from one call to the next");
        }
        long running =
                model.parameters().all().stream().filter(p -> !p.trainable()).count();
        return new Check(
                name,
                Verdict.PASSED,
                numbers,
                "predictions before and after a pass in training mode are the same bits"
                        + (running == 0 ? "" : "; only fit moves the running averages"),
                NO_ADVICE);
    }

    private Map<String, INDArray> predict(Graph subject, Map<String, INDArray> inputs) {
        return model.running(subject).predict(inputs);
    }

    /** The outputs in training mode. */
    private Map<String, INDArray> train(Graph subject, Map<String, INDArray> inputs) {
        int batch = (int) inputs.values().iterator().next().size(0);
        try (TrainingPass pass = TrainingPass.of(model.running(subject), batch)) {
            return pass.run(1, inputs.values().toArray(INDArray[]::new)).outputs();
        }
    }

    // The largest difference of an element, as a share of the largest element of its output; NaN counts as one.
    private static double difference(
            Map<String, INDArray> first, Map<String, INDArray> second, int[] rows, int[] otherRows) {
        double worst = 0;
        for (Map.Entry<String, INDArray> output : first.entrySet()) {
            double[] a = Floats.values(output.getValue());
            double[] b = Floats.values(requireNonNull(second.get(output.getKey())));
            int width = a.length / (int) output.getValue().size(0);
            double scale = 0;
            for (double value : a) {
                scale = Math.max(scale, Math.abs(value));
            }
            for (int i = 0; i < rows.length; i++) {
                for (int j = 0; j < width; j++) {
                    double gap = Math.abs(a[rows[i] * width + j] - b[otherRows[i] * width + j]);
                    worst = Math.max(worst, gap == 0 ? 0 : gap / scale);
                }
            }
        }
        return worst;
    }
}
