package io.github.bn4j.norm;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.TailBatch;
import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.engine.Binding;
import io.github.bn4j.engine.InferenceProgram;
import io.github.bn4j.engine.Model;
import io.github.bn4j.engine.internal.TrainingPass;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Value;
import io.github.bn4j.rewrite.DropMasks;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How far the first output of a network in training mode is from that in predictions, on the same batches and without
 * dropout: what is left is batch normalisation.
 *
 * @param difference root mean square of the differences, as a share of the root mean square of the predictions
 * @param disagreement share of the examples whose largest output is another one, 0 where an output has one element
 * @param trainingLoss mean softmax cross-entropy in training mode; NaN where the labels are no class numbers
 * @param predictionLoss the same of predictions
 */
public record ModeGap(double difference, double disagreement, double trainingLoss, double predictionLoss) {

    /** The gap, and what each batch normalisation measured in each batch of {@code batchSize}. */
    record Measured(ModeGap gap, Map<String, List<BatchStatistics>> statistics, int batchSize) {}

    static Measured of(Model model, Dataset data, int batchSize) {
        Graph plain = DropMasks.apply(model.graph());
        Map<String, INDArray> arrays = Binding.ofData("batchNormReport", plain.inputs(), data.inputs());
        Map.Entry<String, Value> first = plain.outputs().entrySet().iterator().next();
        Value output = first.getValue();
        Model shown = model.running(plain).yielding(Map.of(first.getKey(), output));
        List<int[]> batches = data.batches(batchSize, TailBatch.DROP, 1);
        int size = batches.get(0).length;
        Map<String, List<BatchStatistics>> statistics = new LinkedHashMap<>();
        Sums sums = new Sums();
        try (TrainingPass training = TrainingPass.of(shown, size);
                InferenceProgram prediction = shown.inference(size)) {
            for (int i = 0; i < batches.size(); i++) {
                INDArray[] inputs =
                        Passes.batch(arrays, batches.get(i), model.parameters().type());
                INDArray expected = prediction.run(inputs).get(0);
                TrainingPass.Result pass = training.run(i + 1L, inputs);
                for (BatchStatistics measured : pass.statistics()) {
                    statistics
                            .computeIfAbsent(key(measured.node()), any -> new ArrayList<>())
                            .add(measured.copy());
                }
                sums.add(pass.outputs().values().iterator().next(), expected, labels(data, output, batches.get(i)));
            }
        }
        return new Measured(sums.gap(), statistics, size);
    }

    /** One call of a batch normalisation. */
    static String key(Node node) {
        return Integer.toString(node.output().id());
    }

    // The class numbers of some rows, or nothing where they are none.
    private static int[] labels(Dataset data, Value output, int[] rows) {
        if (data.targets().size() != 1
                || data.labels().rank() != 1
                || output.shape().rank() != 1) {
            return new int[0];
        }
        double[] all = data.labels().dup('c').data().asDouble();
        int[] labels = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            labels[i] = (int) all[rows[i]];
            if (labels[i] != all[rows[i]]
                    || labels[i] < 0
                    || labels[i] >= output.shape().dim(0)) {
                return new int[0];
            }
        }
        return labels;
    }

    /** What batches add up to. */
    private static final class Sums {

        private double differences;
        private double squares;
        private double trainingLoss;
        private double predictionLoss;
        private long disagreeing;
        private long labelled;
        private long examples;

        void add(INDArray trained, INDArray predicted, int[] labels) {
            double[] first = trained.dup('c').data().asDouble();
            double[] second = predicted.dup('c').data().asDouble();
            int rows = (int) trained.size(0);
            int width = first.length / rows;
            for (int i = 0; i < first.length; i++) {
                differences += (first[i] - second[i]) * (first[i] - second[i]);
                squares += second[i] * second[i];
            }
            for (int row = 0; row < rows; row++) {
                disagreeing += largest(first, row, width) == largest(second, row, width) ? 0 : 1;
                if (labels.length > 0) {
                    trainingLoss += crossEntropy(first, row, width, labels[row]);
                    predictionLoss += crossEntropy(second, row, width, labels[row]);
                    labelled++;
                }
            }
            examples += rows;
        }

        private static int largest(double[] values, int row, int width) {
            int best = 0;
            for (int i = 1; i < width; i++) {
                best = values[row * width + i] > values[row * width + best] ? i : best;
            }
            return best;
        }

        private static double crossEntropy(double[] logits, int row, int width, int label) {
            double top = logits[row * width + largest(logits, row, width)];
            double sum = 0;
            for (int i = 0; i < width; i++) {
                sum += Math.exp(logits[row * width + i] - top);
            }
            return Math.log(sum) + top - logits[row * width + label];
        }

        ModeGap gap() {
            return new ModeGap(
                    differences == 0 ? 0 : Math.sqrt(differences / squares),
                    (double) disagreeing / examples,
                    trainingLoss / labelled,
                    predictionLoss / labelled);
        }
    }
}
