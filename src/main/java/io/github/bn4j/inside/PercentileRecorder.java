package io.github.bn4j.inside;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.engine.Binding;
import io.github.bn4j.engine.Model;
import io.github.bn4j.engine.internal.TrainingPass;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.NearNames;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.rewrite.DropMasks;
import io.github.bn4j.train.EpochEvent;
import io.github.bn4j.train.StepEvent;
import io.github.bn4j.train.TrainingListener;
import io.github.bn4j.train.TrainingRun;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Records how the values that come to one unit are spread, by their 15th, 50th and 85th percentiles over some examples, while a network is
 * trained: as in Ioffe and Szegedy 2015, Batch Normalization, figure 1 b and c, where the unit is a sigmoid. The examples are one batch in
 * training mode, without dropout, unless {@link #mode} says otherwise. Goes on in the next {@code fit} of the same training; remembers what
 * it saw in this process. Several trainings take one each.
 */
public final class PercentileRecorder implements TrainingListener {

    private static final String WHO = "PercentileRecorder";
    private static final double[] SHARES = {0.15, 0.5, 0.85};

    private final String layer;
    private final int unit;
    private final INDArray probe;
    private final Mode mode;
    private final Timeline<double[]> timeline;

    private PercentileRecorder(String layer, int unit, INDArray probe, Mode mode, Timeline<double[]> timeline) {
        this.layer = layer;
        this.unit = unit;
        this.probe = probe;
        this.mode = mode;
        this.timeline = timeline;
    }

    /**
     * Records after each epoch.
     *
     * @param layer path of the layer whose input is looked at, such as {@code sigmoid_3}
     * @param unit number of a feature of that input, or of a channel, all of whose places count
     * @param probe {@code [examples, shape]} for the only input of the network; copied
     */
    public static PercentileRecorder of(String layer, int unit, INDArray probe) {
        checkGiven(layer, WHO, "the path of a layer");
        checkGiven(probe, WHO, "an array of examples");
        checkArgument(unit >= 0, "PercentileRecorder expects a unit of at least 0 but got %s", unit);
        return new PercentileRecorder(layer, unit, Tensors.copy(probe), Mode.TRAINING, Timeline.ofEpochs());
    }

    /**
     * One that has seen nothing yet, and records after each step whose number the given one divides.
     *
     * @param steps at least 1
     */
    public PercentileRecorder everySteps(int steps) {
        return new PercentileRecorder(layer, unit, probe, mode, Timeline.ofSteps(WHO, steps));
    }

    /** One that has seen nothing yet, and looks in another mode. */
    public PercentileRecorder mode(Mode other) {
        checkGiven(other, WHO, "a Mode");
        return new PercentileRecorder(layer, unit, probe, other, timeline.empty());
    }

    @Override
    public void onStart(TrainingRun run) {
        timeline.start(() -> measure(run.model()));
    }

    @Override
    public void onStep(StepEvent step) {
        timeline.step(step, () -> measure(step.run().model()));
    }

    @Override
    public void onEpoch(EpochEvent epoch) {
        timeline.epoch(() -> measure(epoch.run().model()));
    }

    private double[] measure(Model trained) {
        // A pass in training mode leaves gradients, and those of the training are not its own.
        Model own = trained.with(trained.parameters().withOwnGradients());
        Graph graph = DropMasks.apply(own.graph());
        Model model = own.running(graph).yielding(Map.of("values", input(graph)));
        Map<String, INDArray> inputs = Binding.single(WHO, model.graph().inputs(), probe);
        Map<String, INDArray> bound = Binding.of(WHO, model.graph().inputs(), inputs);
        return percentiles(ofUnit(mode == Mode.TRAINING ? trained(model, bound) : model.predict(bound)));
    }

    private static Map<String, INDArray> trained(Model model, Map<String, INDArray> inputs) {
        INDArray[] batch = inputs.values().stream()
                .map(array -> Tensors.dense(array, model.parameters().type()))
                .toArray(INDArray[]::new);
        try (TrainingPass pass = TrainingPass.of(model, (int) batch[0].size(0))) {
            return pass.run(1, batch).outputs();
        }
    }

    private Value input(Graph graph) {
        List<String> layers = graph.nodes().stream().map(Node::layer).distinct().toList();
        Value value = graph.nodes().stream()
                .filter(node -> node.layer().equals(layer) || node.layer().startsWith(layer + "."))
                .map(node -> node.inputs().get(0))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("PercentileRecorder expects the path of a layer but got \""
                                + layer + "\"" + NearNames.clause(layer, layers.stream()) + "; there are " + layers));
        long units = value.shape().rank() == 0 ? 1 : value.shape().dim(0);
        checkArgument(
                unit < units,
                "PercentileRecorder expects a unit from 0 to %s of the input of layer \"%s\" %s but got %s",
                units - 1,
                layer,
                value.shape(),
                unit);
        return value;
    }

    private double[] ofUnit(Map<String, INDArray> outputs) {
        INDArray all = outputs.values().iterator().next();
        double[] values = Floats.values(all);
        int units = all.rank() == 1 ? 1 : (int) all.size(1);
        int places = values.length / units / (int) all.size(0);
        return IntStream.range(0, values.length)
                .filter(i -> i / places % units == unit)
                .mapToDouble(i -> values[i])
                .toArray();
    }

    /** Between the two nearest of the sorted values, linearly, as NumPy does by default. */
    static double[] percentiles(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double[] found = new double[SHARES.length];
        for (int i = 0; i < SHARES.length; i++) {
            double place = SHARES[i] * (sorted.length - 1);
            int below = (int) place;
            int above = Math.min(below + 1, sorted.length - 1);
            found[i] = sorted[below] + (place - below) * (sorted[above] - sorted[below]);
        }
        return found;
    }

    /** What was recorded. */
    public PercentileSeries series() {
        return new PercentileSeries(layer, unit, timeline.steps(), timeline.values());
    }

    @Override
    public String toString() {
        return "PercentileRecorder[" + series() + "]";
    }
}
