package io.github.bn4j.train;

import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.engine.Model;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import java.nio.DoubleBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Finds out where the numbers of a step stopped being finite, by running it again with every value as an output. */
final class NonFinite {

    /**
     * A run of the engine.
     *
     * @param who what the user called
     * @param epoch from 1; 0 where there are none
     * @param run from 1 in each training
     */
    record When(String who, int epoch, long run) {}

    private NonFinite() {}

    /**
     * Names the first layer whose numbers were not finite, the same in each of several processes that have taken the step together.
     *
     * @param when the run of the engine
     * @param batch how many examples it has
     */
    static Failure explain(Model model, When when, int batch, INDArray... inputs) {
        Graph graph = model.graph();
        Map<String, Value> all = new LinkedHashMap<>(graph.outputs());
        graph.nodes().forEach(node -> all.put("value " + node.output().id(), node.output()));
        Model open = model.yielding(all);
        List<Node> nodes = open.graph().nodes();
        double[] faults = new double[nodes.size()];
        try (TrainingProgram program = open.training(batch)) {
            program.step(when.run(), inputs);
            // There are none of no examples.
            List<INDArray> values = program.outputs();
            for (int i = 0; i < values.size(); i++) {
                faults[i] = Tensors.isFinite(values.get(i)) ? 0 : 1;
            }
        }
        PartEngine.processes(model.engine()).allReduce(DoubleBuffer.wrap(faults));
        for (int i = 0; i < faults.length; i++) {
            if (faults[i] > 0) {
                return in(layer(graph, nodes.get(i)), when);
            }
        }
        return in("the gradients, while every layer's output was finite", when);
    }

    /** Ends a training whose numbers are not finite. */
    static final class Failure extends IllegalStateException {

        private static final long serialVersionUID = 1;

        private Failure(String message) {
            super(message);
        }
    }

    static Failure in(String where, When when) {
        return new Failure(when.who() + " expects finite numbers but got NaN or infinity in "
                + (when.epoch() == 0 ? "" : "epoch " + when.epoch() + ", ") + "step " + when.run() + ", first in "
                + where
                + "; lower the learning rate or scale the data (the parameters are still those before this step)");
    }

    /** Names the first running average that is not finite. */
    static String runningStatistic(Model model, List<BatchStatistics> statistics) {
        for (BatchStatistics measured : statistics) {
            Node node = measured.node();
            for (Parameter parameter : node.parameters()) {
                if (!parameter.trainable()
                        && !Tensors.isFinite(model.parameters().get(parameter.name()))) {
                    return "\"" + parameter.name() + "\" of " + layer(model.graph(), node);
                }
            }
        }
        throw new AssertionError("state that is not finite, but no average");
    }

    private static String layer(Graph graph, Node node) {
        String description = graph.layers().getOrDefault(node.layer(), node.op().label());
        return "layer \"" + node.layer() + "\" " + description;
    }
}
