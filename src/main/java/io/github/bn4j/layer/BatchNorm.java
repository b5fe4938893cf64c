package io.github.bn4j.layer;

import static io.github.bn4j.internal.Checks.checkGiven;
import static io.github.bn4j.internal.Ranges.checkEpsilon;
import static io.github.bn4j.internal.Ranges.checkFinite;

import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.RunningAverages;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.BatchNormalization;
import java.util.ArrayList;
import java.util.List;

/**
 * The settings of a batch normalisation, which {@link BatchNorm1d} and {@link BatchNorm2d} share.
 *
 * @param epsilon added to the variance
 * @param statistics what training normalises with
 * @param running the running averages
 * @param affine gamma and beta
 */
public record BatchNorm(double epsilon, Statistics statistics, Running running, Affine affine) {

    public BatchNorm {
        checkEpsilon("batch normalisation", epsilon);
        checkGiven(statistics, "batch normalisation", "Statistics to normalise with");
        checkGiven(running, "batch normalisation", "settings of its running averages");
        checkGiven(affine, "batch normalisation", "settings of gamma and beta");
    }

    /**
     * The running averages of mean and variance, which predictions normalise with.
     *
     * @param average how they follow the batches
     * @param variance which variance they average
     * @param update whether training updates them
     */
    public record Running(RunningAverage average, RunningVariance variance, boolean update) {

        public Running {
            checkGiven(average, "batch normalisation", "a RunningAverage");
            checkGiven(variance, "batch normalisation", "a RunningVariance");
        }
    }

    /**
     * The learned scale and shift of each channel.
     *
     * @param gamma whether there is a scale
     * @param beta whether there is a shift
     * @param initialGamma first value of gamma
     * @param initialBeta first value of beta
     * @param train whether they are trained
     */
    public record Affine(boolean gamma, boolean beta, double initialGamma, double initialBeta, boolean train) {

        public Affine {
            checkFinite("batch normalisation", "initial gamma", initialGamma);
            checkFinite("batch normalisation", "initial beta", initialBeta);
        }

        Affine gamma(boolean present) {
            return new Affine(present, beta, initialGamma, initialBeta, train);
        }

        Affine beta(boolean present) {
            return new Affine(gamma, present, initialGamma, initialBeta, train);
        }

        Affine initialGamma(double value) {
            return new Affine(gamma, beta, value, initialBeta, train);
        }

        Affine initialBeta(double value) {
            return new Affine(gamma, beta, initialGamma, value, train);
        }

        Affine train(boolean trained) {
            return new Affine(gamma, beta, initialGamma, initialBeta, trained);
        }
    }

    /** Epsilon 1e-5, gamma 1, beta 0, running average keep 0.9, unbiased running variance, everything trained. */
    public static final BatchNorm DEFAULT = new BatchNorm(
            1e-5,
            Statistics.batch(),
            new Running(RunningAverage.keep(0.9), RunningVariance.UNBIASED, true),
            new Affine(true, true, 1, 0, true));

    BatchNorm epsilon(double changed) {
        return new BatchNorm(changed, statistics, running, affine);
    }

    BatchNorm statistics(Statistics changed) {
        return new BatchNorm(epsilon, changed, running, affine);
    }

    BatchNorm running(Running changed) {
        return new BatchNorm(epsilon, statistics, changed, affine);
    }

    BatchNorm average(RunningAverage changed) {
        return running(new Running(changed, running.variance, running.update));
    }

    BatchNorm variance(RunningVariance changed) {
        return running(new Running(running.average, changed, running.update));
    }

    BatchNorm update(boolean changed) {
        return running(new Running(running.average, running.variance, changed));
    }

    BatchNorm affine(Affine changed) {
        return new BatchNorm(epsilon, statistics, running, changed);
    }

    Value trace(Scope scope, List<Value> inputs) {
        if (inputs.size() > 2) {
            throw ShapeException.expected(
                    "an input, and weights or none",
                    inputs.stream().map(Value::shape).toList());
        }
        Shape perChannel = Shape.of(inputs.get(0).shape().dim(0));
        List<Parameter> parameters = new ArrayList<>();
        if (affine.gamma) {
            parameters.add(affine(scope, "gamma", perChannel, affine.initialGamma));
        }
        if (affine.beta) {
            parameters.add(affine(scope, "beta", perChannel, affine.initialBeta));
        }
        parameters.add(scope.state("runningMean", perChannel, Initializer.constant(0)));
        parameters.add(scope.state("runningVariance", perChannel, Initializer.constant(1)));
        if (running.average.equals(RunningAverage.cumulative())) {
            parameters.add(scope.state("updates", Shape.of(1), Initializer.constant(0)));
        }
        return scope.apply(op(), inputs, parameters);
    }

    private Parameter affine(Scope scope, String name, Shape shape, double value) {
        Initializer initial = Initializer.constant(value);
        return affine.train ? scope.vector(name, shape, initial) : scope.state(name, shape, initial);
    }

    private BatchNormalization op() {
        return new BatchNormalization(
                epsilon,
                affine.gamma,
                affine.beta,
                statistics,
                new RunningAverages(
                        running.average.newWeight(), running.variance == RunningVariance.UNBIASED, running.update),
                affine.train);
    }

    /** What differs from the defaults, in words. */
    String changes() {
        List<String> words = new ArrayList<>();
        note(words, epsilon != DEFAULT.epsilon, "epsilon " + epsilon);
        note(words, !affine.gamma, "no gamma");
        note(words, !affine.beta, "no beta");
        note(words, affine.initialGamma != 1, "gamma from " + affine.initialGamma);
        note(words, affine.initialBeta != 0, "beta from " + affine.initialBeta);
        note(words, !running.average.equals(DEFAULT.running.average), running.average.toString());
        note(words, running.variance != RunningVariance.UNBIASED, "biased running variance");
        note(words, !statistics.equals(DEFAULT.statistics), statistics.toString());
        note(words, !running.update, "running averages fixed");
        note(words, !affine.train, "gamma and beta fixed");
        return String.join(", ", words);
    }

    private static void note(List<String> words, boolean changed, String text) {
        if (changed) {
            words.add(text);
        }
    }
}
