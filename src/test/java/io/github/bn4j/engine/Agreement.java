package io.github.bn4j.engine;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.RunningAverages;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.networks.RealisticNetwork;
import io.github.bn4j.rewrite.FoldBatchNorm;
import io.github.bn4j.rewrite.Folding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Holds engines against ND4J in float64 on one network: loss, outputs, batch statistics and all gradients of a training
 * step, then, with the running statistics that this step leaves, predictions, folded and not. Whole tensors are compared.
 *
 * <p>A tensor agrees if no element errs by more than 2e-5 of the largest, which is what {@code docs/numerics.md} promises. If one
 * errs by more, two things may excuse it, and both are computed rather than guessed:
 *
 * <ul>
 *   <li>It is at a kink. Then gradients are held against float64 that took the same sides; see {@link Kinks}. Values are not: they
 *       are continuous there, so a side that is wrong shows in them, and all values that decide one are compared as well.
 *   <li>The network is badly conditioned. Then as much is allowed as roundings behind every node do to the tensor; see {@link
 *       Tolerance}.
 * </ul>
 */
final class Agreement {

    /** How much of a running average the step makes up. */
    private static final double NEW = 0.7;

    private final Graph graph;
    private final Graph network;
    private final Parameters before;
    private final Parameters after;
    private final int batch;
    private final List<INDArray> examples;
    private final List<INDArray> features;
    private final Kinks kinks;
    private final Map<String, double[]> exactStep;
    private final Map<String, double[]> exactPrediction;
    private final Tolerance ofStep;
    private final Tolerance ofPrediction;

    Agreement(Accuracy accuracy, RealisticNetwork drawn) {
        graph = drawn.withLoss();
        network = drawn.network().graph();
        before = drawn.network().parameters();
        batch = drawn.batch();
        examples = drawn.examples();
        features = examples.subList(0, network.inputs().size());
        kinks = new Kinks(graph, batch);
        exactStep = Results.training(Engine.nd4j(), kinks.revealed(), before.to(DataType.DOUBLE), batch, examples);
        after = trained();
        exactPrediction = Results.prediction(Engine.nd4j(), network, after.to(DataType.DOUBLE), batch, features);
        ofStep = new Tolerance(
                accuracy,
                exactStep,
                draw -> decided(exactStep, rounded -> Rounding.everywhere(rounded, accuracy, draw)));
        ofPrediction = new Tolerance(
                accuracy,
                exactPrediction,
                draw -> Results.prediction(
                        Engine.nd4j(),
                        Rounding.everywhere(network, accuracy, draw),
                        after.to(DataType.DOUBLE),
                        batch,
                        features));
    }

    private Parameters trained() {
        Parameters moved = before.to(DataType.FLOAT);
        for (Node node : graph.nodes()) {
            if (node.op()
                    .normalization()
                    .filter(norm -> norm.averages().update())
                    .isPresent()) {
                move(moved, node, RunningAverages.MEAN, Results.MEAN);
                move(moved, node, RunningAverages.VARIANCE, Results.VARIANCE);
            }
        }
        return moved;
    }

    private void move(Parameters parameters, Node node, String average, String measured) {
        INDArray state = parameters.get(node.parameter(average).name());
        double[] values = Floats.values(state);
        double[] latest = requireNonNull(exactStep.get(measured + node.output().id()));
        Arrays.setAll(values, i -> (1 - NEW) * values[i] + NEW * latest[i]);
        Floats.write(values, state);
    }

    /** What an engine gets wrong, a line for each tensor; empty if it agrees. */
    List<String> differences(Engine engine) {
        List<String> lines = new ArrayList<>(inTraining(engine));
        lines.addAll(inPrediction("prediction", engine, network, after));
        Folding folding = FoldBatchNorm.apply(network);
        lines.addAll(inPrediction("folded prediction", engine, folding.graph(), folding.parameters(after)));
        return lines.stream().map(line -> line + " on " + engine).toList();
    }

    private List<String> inPrediction(String what, Engine engine, Graph predicting, Parameters parameters) {
        Map<String, double[]> outputs = Results.prediction(engine, predicting, parameters, batch, features);
        return ofPrediction.beyond(outputs, exactPrediction).stream()
                .map(line -> what + ": " + line)
                .toList();
    }

    private List<String> inTraining(Engine engine) {
        Map<String, double[]> step = Results.training(engine, graph, before, batch, examples);
        if (ofStep.beyondAtFirstSight(step, exactStep).isEmpty()) {
            return List.of();
        }
        Map<String, double[]> revealed = Results.training(engine, kinks.revealed(), before, batch, examples);
        List<String> lines = new ArrayList<>();
        step.forEach((name, values) -> {
            if (!Arrays.equals(values, revealed.get(name))) {
                lines.add(name + " has other bits when activations are outputs");
            }
        });
        Map<String, double[]> expected = new LinkedHashMap<>(exactStep);
        decided(revealed, sameGraph -> sameGraph).forEach((name, values) -> {
            if (name.startsWith(Results.GRADIENT)) {
                expected.put(name, values);
            }
        });
        lines.addAll(ofStep.beyond(revealed, expected));
        return lines;
    }

    /** A step in float64 that takes the same sides as another run, on a graph that is changed further. */
    private Map<String, double[]> decided(Map<String, double[]> run, UnaryOperator<Graph> change) {
        List<INDArray> inputs = new ArrayList<>(examples);
        inputs.addAll(kinks.sides(run));
        return Results.training(
                Engine.nd4j(), change.apply(kinks.decided()), before.to(DataType.DOUBLE), batch, inputs);
    }
}
