package io.github.bn4j.diagnose;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.ExampleSource;
import io.github.bn4j.data.internal.FeatureBatches;
import io.github.bn4j.diagnose.SanityReport.Check;
import io.github.bn4j.diagnose.SanityReport.Verdict;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Extremes;
import io.github.bn4j.internal.Moments;
import io.github.bn4j.internal.Outlier;
import io.github.bn4j.op.Reshaping;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Task;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Whether data suit a network: inputs laid out as it reads them and without values that drown the others, targets of a size that it can
 * yield soon, and outputs that no batch normalisation yields itself.
 *
 * @param graph without dropout
 * @param data finite examples
 * @param losses by the names of outputs
 */
record DataLook(Graph graph, Dataset data, Map<String, Loss> losses) {

    private static final int BATCH = 256;
    private static final double LARGE = 10;
    private static final double SMALL = 0.01;
    private static final double FAR_FROM_NORMALISED = 3;

    List<Check> checks() {
        return List.of(inputs(), targets(), lastLayer());
    }

    private Check inputs() {
        String name = "inputs";
        for (String input : graph.channelsLast()) {
            Shape shape = requireNonNull(graph.inputs().get(input)).shape();
            String finding = "input \"" + input + "\" " + shape
                    + " looks like height, width and channels, where images are" + " [channels, height, width]";
            String advice = "say input(" + shape.dim(2) + ", " + shape.dim(0) + ", " + shape.dim(1)
                    + ") and permute(0, 3, 1, 2) the data";
            return new Check(name, Verdict.NOTED, Map.of(), finding, advice);
        }
        for (Map.Entry<String, List<Outlier>> input : outliers().entrySet()) {
            List<Outlier> outliers = input.getValue();
            if (!outliers.isEmpty()) {
                Outlier worst = outliers.get(0);
                for (Outlier other : outliers) {
                    worst = other.share() > worst.share() ? other : worst;
                }
                Map<String, Double> numbers = new LinkedHashMap<>();
                numbers.put("row", (double) worst.row());
                numbers.put("channel", (double) worst.channel());
                numbers.put("value", worst.value());
                numbers.put("share", worst.share());
                String finding = "input \"" + input.getKey() + "\" channel " + worst.channel() + ": " + worst;
                String advice =
                        "mend or leave out that example, or clip: it drowns the others in the statistics of its batch";
                return new Check(name, Verdict.NOTED, numbers, finding, advice);
            }
        }
        return new Check(name, Verdict.PASSED, Map.of(), "no value drowns the others", "");
    }

    /** Those of each input by its name; of data that are read on demand, batch by batch. */
    private Map<String, List<Outlier>> outliers() {
        Map<String, List<Outlier>> all = new LinkedHashMap<>();
        ExampleSource source = data.source().orElse(null);
        if (source == null) {
            data.inputs()
                    .forEach((name, array) ->
                            all.put(name, outliers(List.of(array).iterator())));
            return all;
        }
        List<int[]> batches = data.batches(BATCH);
        try (FeatureBatches features = new FeatureBatches(source, data.readers(), batches)) {
            all.put(
                    FeatureBatches.NAME,
                    outliers(batches.stream().map(rows -> features.next()).iterator()));
        }
        return all;
    }

    private static List<Outlier> outliers(Iterator<INDArray> batches) {
        INDArray batch = perChannel(batches.next());
        Moments moments = new Moments((int) batch.size(1));
        Extremes extremes = new Extremes((int) batch.size(1));
        while (true) {
            moments.add(batch);
            extremes.add(batch);
            if (!batches.hasNext()) {
                return extremes.outliers(moments);
            }
            batch = perChannel(batches.next());
        }
    }

    private Check targets() {
        String name = "targets";
        Map<String, Double> numbers = new LinkedHashMap<>();
        List<String> seen = new ArrayList<>();
        for (Map.Entry<String, Loss> loss : losses.entrySet()) {
            INDArray array = targets(loss.getKey());
            if (array == null || !loss.getValue().task().equals(Optional.of(Task.REGRESSION))) {
                continue;
            }
            Moments moments = moments(array);
            int far = furthest(moments);
            double mean = moments.mean(far);
            double deviation = Math.sqrt(moments.variance(far, false));
            String size = SanityCheck.format("mean %.3g and standard deviation %.3g", mean, deviation);
            String output = "those of output \"" + loss.getKey() + "\"";
            numbers.put("mean", mean);
            numbers.put("deviation", deviation);
            String where = moments.channels() == 1 ? "" : " in element " + far;
            @Nullable String norm = normAt(loss.getKey());
            if (norm != null && isFar(mean, deviation, FAR_FROM_NORMALISED, 1 / FAR_FROM_NORMALISED)) {
                String finding = output + " have " + size + where + ", but \"" + norm
                        + "\" normalises that output to mean 0 and standard deviation 1 at the start";
                String advice = "scale the targets to that, and predictions back, or put a Dense behind it";
                return new Check(name, Verdict.NOTED, numbers, finding, advice);
            }
            if (isFar(mean, deviation, LARGE, SMALL)) {
                String finding = output + " have " + size + where + ", far from what a network yields at the start";
                String advice = "subtract the mean and divide by the deviation, and turn predictions back";
                return new Check(name, Verdict.NOTED, numbers, finding, advice);
            }
            seen.add(output + " have " + size + where);
        }
        return seen.isEmpty()
                ? new Check(name, Verdict.SKIPPED, numbers, "no output is a regression", "")
                : new Check(name, Verdict.PASSED, numbers, String.join(", ", seen), "");
    }

    private @Nullable INDArray targets(String output) {
        return losses.size() == 1 && data.targets().size() == 1
                ? data.targets().values().iterator().next()
                : data.targets().get(output);
    }

    private static Moments moments(INDArray array) {
        INDArray values = perChannel(array);
        Moments moments = new Moments((int) values.size(1));
        moments.add(values);
        return moments;
    }

    private static INDArray perChannel(INDArray array) {
        return array.rank() == 1 ? array.reshape('c', array.length(), 1) : array;
    }

    /* The element that a network would have to go furthest for. */
    private static int furthest(Moments moments) {
        int far = 0;
        for (int c = 1; c < moments.channels(); c++) {
            far = distance(moments, c) > distance(moments, far) ? c : far;
        }
        return far;
    }

    private static double distance(Moments moments, int channel) {
        double deviation = Math.sqrt(moments.variance(channel, false));
        return Math.max(Math.abs(moments.mean(channel)), deviation == 0 ? 1 : Math.max(deviation, 1 / deviation));
    }

    private static boolean isFar(double mean, double deviation, double large, double small) {
        return Math.abs(mean) > large || deviation > large || (deviation > 0 && deviation < small);
    }

    private Check lastLayer() {
        String name = "last layer";
        List<String> found = losses.keySet().stream()
                .map(this::normAt)
                .filter(layer -> layer != null)
                .map(layer -> "\"" + layer + "\"")
                .distinct()
                .toList();
        if (!found.isEmpty()) {
            String finding = "batch normalisation " + String.join(" and ", found)
                    + " yields an output itself, so what training sees of an example there depends on its batch, and its size on"
                    + " gamma";
            return new Check(
                    name,
                    Verdict.NOTED,
                    Map.of(),
                    finding,
                    "put a layer with weights and a bias behind it, such as Dense");
        }
        boolean normalises = graph.nodes().stream()
                .anyMatch(node -> node.op().normalization().isPresent());
        return normalises
                ? new Check(name, Verdict.PASSED, Map.of(), "no batch normalisation yields an output itself", "")
                : new Check(name, Verdict.SKIPPED, Map.of(), "there is no batch normalisation", "");
    }

    /** The path of the batch normalisation that an output leaves, in whatever shape; null if it is another layer. */
    private @Nullable String normAt(String output) {
        Value value = graph.outputs().get(output);
        Node producer = value == null ? null : graph.producer(value);
        while (producer != null && producer.op() instanceof Reshaping) {
            producer = graph.producer(producer.inputs().get(0));
        }
        return producer != null && producer.op().normalization().isPresent() ? producer.layer() : null;
    }
}
