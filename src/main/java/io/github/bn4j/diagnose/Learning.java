package io.github.bn4j.diagnose;

import static io.github.bn4j.internal.Checks.checkGoesOn;

import io.github.bn4j.bias.BiasDecision;
import io.github.bn4j.bias.BiasFinding;
import io.github.bn4j.bias.BiasReport;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.diagnose.SanityReport.Check;
import io.github.bn4j.diagnose.SanityReport.Verdict;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.train.Adam;
import io.github.bn4j.train.History;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.StepEvent;
import io.github.bn4j.train.Trainer;
import io.github.bn4j.train.TrainingListener;
import io.github.bn4j.train.TrainingMemory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.DoubleStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What a network does when it is trained: all on copies of its parameters.
 *
 * @param model without dropout
 * @param batch the examples of every step
 */
record Learning(Model model, Dataset batch, Map<String, Loss> losses) {

    private static final int FIRST_STEPS = 5;
    private static final int MEMORISED = 32;
    private static final int ROUNDS = 5;
    private static final int STEPS_PER_ROUND = 50;
    private static final double[] LEARNING_RATES = {1e-3, 1e-2};
    private static final double SMALL_CROSS_ENTROPY = 0.05;
    private static final double SMALL_SHARE = 0.01;

    private Trainer trainer(Parameters copy, double learningRate) {
        Trainer trainer = Trainer.of(model.with(copy), TrainingMemory.empty())
                .optimizer(Adam.of(learningRate))
                .batchSize(batch.size());
        for (Map.Entry<String, Loss> loss : losses.entrySet()) {
            trainer = trainer.loss(loss.getKey(), loss.getValue());
        }
        return trainer;
    }

    private History fit(Trainer trainer) {
        History history = trainer.fit(batch);
        checkGoesOn("sanityCheck", "; the network is as it was");
        return history;
    }

    private Parameters copy() {
        return model.copy().parameters();
    }

    /** Loss at the start and gradients, both of the same few steps. */
    List<Check> firstSteps(BiasReport biases) {
        Parameters copy = copy();
        Gradients seen = new Gradients(copy);
        String failure = "";
        try {
            fit(trainer(copy, LEARNING_RATES[0]).epochs(FIRST_STEPS).listener(seen));
        } catch (CancellationException interrupted) {
            throw interrupted;
        } catch (IllegalStateException stopped) {
            failure = String.valueOf(stopped.getMessage());
            seen.see(Double.NaN);
        }
        return List.of(lossAtStart(seen.losses.get(0)), gradients(seen, failure, biases));
    }

    private Check lossAtStart(double loss) {
        String name = "loss at start";
        Map<String, Double> numbers = new LinkedHashMap<>();
        numbers.put("loss", loss);
        boolean classes = model.graph().outputs().size() == 1
                && losses.containsValue(Loss.softmaxCrossEntropy())
                && batch.targets().size() == 1
                && batch.labels().rank() == 1;
        if (!classes) {
            return new Check(
                    name,
                    Verdict.SKIPPED,
                    numbers,
                    SanityCheck.format("%.3g; without class numbers there is nothing to expect", loss),
                    "");
        }
        long width = model.graph().outputs().values().iterator().next().shape().dim(0);
        double guess = Math.log((double) width);
        numbers.put("guess", guess);
        String finding = SanityCheck.format("%.3g, where a guess among %d classes gives %.3g", loss, width, guess);
        if (loss < 0.6 * guess) {
            return new Check(
                    name,
                    Verdict.NOTED,
                    numbers,
                    finding + ": trained already?",
                    "this check is for a network that has just been built");
        }
        return loss <= guess + 1
                ? new Check(name, Verdict.PASSED, numbers, finding, "")
                : new Check(
                        name,
                        Verdict.FAILED,
                        numbers,
                        finding,
                        "normalise the inputs, or start the last layer with smaller weights; if it has been trained, look"
                                + " at the labels");
    }

    private Check gradients(Gradients seen, String failure, BiasReport biases) {
        String name = "gradients";
        Map<String, String> pointless = pointless(biases);
        List<String> broken = new ArrayList<>();
        List<String> unreached = new ArrayList<>();
        List<String> partly = new ArrayList<>();
        List<String> explained = new ArrayList<>();
        seen.largest.forEach((parameter, largest) -> {
            int rows = (int) parameter.shape().dim(0);
            int dead = deadRows(largest, rows);
            if (!DoubleStream.of(largest).allMatch(Double::isFinite)) {
                broken.add(parameter.name());
            } else if (pointless.containsKey(parameter.name())) {
                explained.add(parameter.name() + ", which " + pointless.get(parameter.name()) + " cancels");
            } else if (dead == rows) {
                unreached.add(parameter.name());
            } else if (dead > 0) {
                partly.add(dead + " of " + rows + " in " + parameter.name());
            }
        });
        Map<String, Double> numbers = new LinkedHashMap<>();
        numbers.put("parameters", (double) seen.largest.size());
        numbers.put("notFinite", (double) broken.size());
        numbers.put("unreached", (double) unreached.size());
        numbers.put("partlyUnreached", (double) partly.size());
        numbers.put("cancelled", (double) explained.size());
        if (!broken.isEmpty() || !failure.isEmpty()) {
            String finding = broken.isEmpty() ? "the loss is" : "those of " + SanityCheck.names(broken) + " are";
            return new Check(name, Verdict.FAILED, numbers, finding + " not finite", failure);
        }
        if (!unreached.isEmpty()) {
            return new Check(
                    name,
                    Verdict.FAILED,
                    numbers,
                    "none in " + FIRST_STEPS + " steps for " + SanityCheck.names(unreached),
                    "look behind them for dead activations, weights of 0, or an op without a gradient");
        }
        String finding = seen.largest.size() + " parameters have one"
                + (explained.isEmpty() ? "" : ", by rounding only " + SanityCheck.names(explained));
        return partly.isEmpty()
                ? new Check(name, Verdict.PASSED, numbers, finding, "")
                : new Check(
                        name,
                        Verdict.NOTED,
                        numbers,
                        finding + ", but not " + SanityCheck.names(partly),
                        "dead units; normalise what comes in, or use smaller steps");
    }

    private static Map<String, String> pointless(BiasReport biases) {
        Map<String, String> pointless = new LinkedHashMap<>();
        for (BiasDecision decision : biases.decisions()) {
            if (decision.kept() && decision.redundant()) {
                pointless.put(decision.bias(), SanityCheck.names(decision.cancelledBy()));
            }
        }
        biases.findings(BiasFinding.POINTLESS_BETA)
                .forEach(finding -> pointless.put(finding.parameter(), "a later normalisation"));
        return pointless;
    }

    private static int deadRows(double[] largest, int rows) {
        int width = largest.length / rows;
        int dead = 0;
        for (int row = 0; row < rows; row++) {
            double most = 0;
            for (int i = row * width; i < (row + 1) * width; i++) {
                most = Math.max(most, largest[i]);
            }
            dead += most == 0 ? 1 : 0;
        }
        return dead;
    }

    /** The losses of the first and the last step of a round. */
    private record Round(double first, double last) {}

    /** Learns a batch by heart, first with small steps, then, from the start again, with larger ones. */
    Check overfit() {
        Dataset examples = batch.slice(0, Math.min(MEMORISED, batch.size()));
        return new Learning(model, examples, losses).memorise();
    }

    private Check memorise() {
        String name = "overfits one batch";
        double start = Double.NaN;
        double goal = Double.NaN;
        double reached = Double.POSITIVE_INFINITY;
        for (double learningRate : LEARNING_RATES) {
            Parameters copy = copy();
            for (int round = 1; round <= ROUNDS; round++) {
                Round done;
                try {
                    done = round(copy, learningRate);
                } catch (CancellationException interrupted) {
                    throw interrupted;
                } catch (IllegalStateException failure) {
                    String advice = "Adam " + learningRate + " is no small step; normalise what comes in";
                    return new Check(name, Verdict.FAILED, Map.of(), String.valueOf(failure.getMessage()), advice);
                }
                if (Double.isNaN(start)) {
                    start = done.first;
                    goal = goal(start);
                }
                reached = Math.min(reached, done.last);
                if (reached <= goal) {
                    int steps = round * STEPS_PER_ROUND;
                    String finding = SanityCheck.format(
                            "%d examples, from %.3g to %.2g in %d steps of Adam %s",
                            batch.size(), start, reached, steps, learningRate);
                    return new Check(name, Verdict.PASSED, numbers(start, reached, goal, steps), finding, "");
                }
            }
        }
        int steps = ROUNDS * STEPS_PER_ROUND;
        return new Check(
                name,
                reached <= 0.1 * start ? Verdict.NOTED : Verdict.FAILED,
                numbers(start, reached, goal, steps),
                SanityCheck.format(
                        "%d examples, from %.3g to no less than %.2g in %d steps, where %.2g is wanted",
                        batch.size(), start, reached, steps, goal),
                "look for equal examples with different targets, for dead or saturated activations, and for an output"
                        + " that cannot take the values of the targets");
    }

    private static Map<String, Double> numbers(double start, double reached, double goal, int steps) {
        Map<String, Double> numbers = new LinkedHashMap<>();
        numbers.put("start", start);
        numbers.put("reached", reached);
        numbers.put("goal", goal);
        numbers.put("steps", (double) steps);
        return numbers;
    }

    private Round round(Parameters copy, double learningRate) {
        History history = fit(trainer(copy, learningRate).epochs(STEPS_PER_ROUND));
        return new Round(history.epochs().get(0).trainLoss(), history.last().trainLoss());
    }

    /** A loss that only a batch learnt by heart has: nearly that of the best outputs there are. */
    private double goal(double start) {
        if (losses.size() != 1 || batch.targets().size() != 1) {
            return SMALL_SHARE * start;
        }
        INDArray targets = batch.labels();
        if (losses.containsValue(Loss.softmaxCrossEntropy())) {
            return SMALL_CROSS_ENTROPY + (targets.rank() == 1 ? 0 : entropy(targets));
        }
        return losses.containsValue(Loss.meanSquaredError())
                ? SMALL_SHARE * variance(Floats.values(targets))
                : SMALL_SHARE * start;
    }

    private static double entropy(INDArray distributions) {
        double sum = 0;
        for (double share : Floats.values(distributions)) {
            sum -= share > 0 ? share * Math.log(share) : 0;
        }
        return sum / distributions.size(0);
    }

    private static double variance(double... values) {
        double sum = 0;
        for (double value : values) {
            sum += value / values.length;
        }
        double squares = 0;
        for (double value : values) {
            squares += (value - sum) * (value - sum) / values.length;
        }
        return squares;
    }

    /** The largest magnitude of each element of each gradient over some steps: a residual branch may start as 0. */
    private static final class Gradients implements TrainingListener {

        private final Parameters parameters;
        private final Map<Parameter, double[]> largest = new LinkedHashMap<>();
        private final List<Double> losses = new ArrayList<>();

        Gradients(Parameters parameters) {
            this.parameters = parameters;
        }

        @Override
        public void onStep(StepEvent step) {
            see(step.loss());
        }

        void see(double loss) {
            losses.add(loss);
            for (Parameter parameter : parameters.all()) {
                if (parameter.trainable()) {
                    double[] gradient = Floats.values(parameters.gradient(parameter.name()));
                    double[] most = largest.computeIfAbsent(parameter, any -> new double[gradient.length]);
                    for (int i = 0; i < most.length; i++) {
                        // Math.max keeps NaN.
                        most[i] = Math.max(most[i], Math.abs(gradient[i]));
                    }
                }
            }
        }
    }
}
