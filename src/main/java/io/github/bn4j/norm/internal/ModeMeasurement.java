package io.github.bn4j.norm.internal;

import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.engine.Binding;
import io.github.bn4j.engine.InferenceProgram;
import io.github.bn4j.engine.Model;
import io.github.bn4j.engine.internal.TrainingPass;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.rewrite.DropMasks;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runs batches in training mode, without dropout, and in prediction mode, and adds up how both differ. Changes no parameter. */
public final class ModeMeasurement implements AutoCloseable {

    private final String who;
    private final Model shown;
    private final Value output;
    private final TrainingPass training;
    private final InferenceProgram prediction;
    private final ModeSums sums;
    private long step;

    /**
     * One that has run nothing yet.
     *
     * @param who who measures, for messages
     * @param model the gradients of its parameters are modified
     * @param batchSize how many examples each batch has
     */
    public ModeMeasurement(String who, Model model, int batchSize) {
        this.who = who;
        Graph plain = DropMasks.apply(model.graph());
        Map.Entry<String, Value> first = plain.outputs().entrySet().iterator().next();
        output = first.getValue();
        shown = model.running(plain).yielding(Map.of(first.getKey(), output));
        sums = sums(model);
        training = TrainingPass.of(shown, batchSize);
        prediction = shown.inference(batchSize);
    }

    /** Sums of nothing for a model. */
    public static ModeSums sums(Model model) {
        Map<String, Integer> channels = new LinkedHashMap<>();
        NormCalls.of(model.graph())
                .values()
                .forEach(calls -> calls.forEach(call ->
                        channels.put(key(call), (int) call.output().shape().dim(0))));
        return new ModeSums(channels);
    }

    /** One call of a batch normalisation. */
    public static String key(Node node) {
        return Integer.toString(node.output().id());
    }

    /**
     * Runs a batch.
     *
     * @param inputs an array {@code [examples, shape]} of finite numbers for each input by name. Not modified.
     * @param labels a number for each example, or null; they count if all are numbers of classes that the first output has scores of
     */
    public void add(Map<String, INDArray> inputs, double @Nullable [] labels) {
        INDArray[] batch = Binding.ofData(who, shown.graph().inputs(), inputs).values().stream()
                .map(array -> Tensors.dense(array, shown.parameters().type()))
                .toArray(INDArray[]::new);
        INDArray expected = prediction.run(batch).get(0);
        step++;
        TrainingPass.Result pass = training.run(step, batch);
        for (BatchStatistics measured : pass.statistics()) {
            sums.measured(measured, key(measured.node()));
        }
        sums.add(pass.outputs().values().iterator().next(), expected, classes(labels));
    }

    private int[] classes(double @Nullable [] numbers) {
        if (numbers == null || output.shape().rank() != 1) {
            return new int[0];
        }
        int[] labels = new int[numbers.length];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = (int) numbers[i];
            if (labels[i] != numbers[i]
                    || labels[i] < 0
                    || labels[i] >= output.shape().dim(0)) {
                return new int[0];
            }
        }
        return labels;
    }

    /** What all batches so far add up to. */
    public ModeSums sums() {
        return sums;
    }

    @Override
    public void close() {
        try (training) {
            prediction.close();
        }
    }
}
