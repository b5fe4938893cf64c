package io.github.bn4j.norm;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Normalization;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Operands;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.RunningAverages;
import io.github.bn4j.graph.ScaleAndShift;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.graph.Value;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** A stranger's normalisation of features {@code [channels]}, with a learned gain for each: {@code y = g (x − mean) / σ}. */
record Whitening() implements Layer {

    private static final double EPSILON = 1e-3;

    @Override
    public Value trace(Scope scope, Value x) {
        Shape channels = x.shape();
        List<Parameter> parameters = List.of(
                scope.vector("gain", channels, Initializer.constant(1)),
                scope.state("mean", channels, Initializer.constant(0)),
                scope.state("variance", channels, Initializer.constant(1)));
        return scope.apply(new Whiten(Statistics.batch(), true), List.of(x), parameters);
    }

    /** Its op. */
    record Whiten(Statistics statistics, boolean update) implements Op {

        @Override
        public Optional<Operands> operands() {
            return Optional.of(Operands.of(1).trainable("gain").state(RunningAverages.MEAN, RunningAverages.VARIANCE));
        }

        @Override
        public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
            return inputs.get(0);
        }

        @Override
        public INDArray forward(Call call) {
            INDArray x = call.input(0);
            boolean measures = call.training() && !statistics.areRunning();
            INDArray mean = measures ? x.mean(0) : call.parameter(RunningAverages.MEAN);
            INDArray centred = x.sub(row(mean));
            INDArray variance = measures ? centred.mul(centred).mean(0) : call.parameter(RunningAverages.VARIANCE);
            INDArray inverse = Transforms.sqrt(variance.add(EPSILON), false).rdivi(1.0);
            INDArray white = centred.mul(row(inverse));
            call.keep(white, inverse);
            if (measures) {
                call.statistics(mean, variance, x.size(0));
            }
            return white.mul(row(call.parameter("gain")));
        }

        @Override
        public Gradients backward(Call call, INDArray dy) {
            INDArray white = call.kept(0);
            INDArray dWhite = dy.mul(row(call.parameter("gain")));
            if (!statistics.areRunning()) {
                INDArray slope = dWhite.mul(white).mean(0);
                dWhite = dWhite.sub(row(dWhite.mean(0))).sub(white.mul(row(slope)));
            }
            return Gradients.of(dWhite.mul(row(call.kept(1))))
                    .parameters(dy.mul(white).sum(0));
        }

        private static INDArray row(INDArray vector) {
            return vector.reshape(1, vector.length());
        }

        @Override
        public Optional<Normalization> normalization() {
            return Optional.of(new Normalization(EPSILON, statistics, new RunningAverages(0.1, false, update), true));
        }

        @Override
        public Op normalization(Normalization changed) {
            return new Whiten(changed.statistics(), changed.averages().update());
        }

        @Override
        public Optional<String> scaleParameter() {
            return Optional.of("gain");
        }

        @Override
        public Optional<ScaleAndShift.Rule> scaleAndShift(List<Shape> inputs, List<Shape> parameters) {
            return Optional.of((channels, values) -> {
                double[] scale = values.apply("gain");
                double[] mean = values.apply(RunningAverages.MEAN);
                double[] variance = values.apply(RunningAverages.VARIANCE);
                double[] shift = new double[channels];
                for (int c = 0; c < channels; c++) {
                    scale[c] /= Math.sqrt(variance[c] + EPSILON);
                    shift[c] = -scale[c] * mean[c];
                }
                return new ScaleAndShift(scale, shift);
            });
        }

        @Override
        public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
            return statistics.areRunning()
                    ? ShiftEffect.yields(Shift.PER_CHANNEL, "scales by fixed numbers")
                    : ShiftEffect.absorbs("subtracts the mean of the batch from each channel");
        }
    }
}
