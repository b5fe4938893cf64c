package io.github.bn4j.train;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Measured;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Batch normalisation of features as a user would write it: a layer, an op with state, and nothing that the library knows. */
record StrangersNorm() implements Layer {

    @Override
    public Value trace(Scope scope, Value x) {
        Shape features = x.shape();
        return scope.apply(
                new Normalise(),
                x,
                scope.state("mean", features, Initializer.constant(0)),
                scope.state("variance", features, Initializer.constant(1)));
    }

    record Normalise() implements Op {

        @Override
        public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
            return inputs.get(0);
        }

        @Override
        public INDArray forward(Call call) {
            INDArray x = call.input(0);
            if (!call.training()) {
                return x.sub(row(call.parameter(0))).mul(row(inverse(call.parameter(1))));
            }
            INDArray count = call.sum(Nd4j.create(x.dataType(), 1).addi(x.size(0)));
            double n = count.getDouble(0);
            INDArray mean = call.sum(x.sum(0)).div(n);
            INDArray centred = x.sub(row(mean));
            INDArray variance = call.sum(centred.mul(centred).sum(0)).div(n);
            INDArray inverse = inverse(variance);
            INDArray y = centred.mul(row(inverse));
            call.keep(y, inverse, count);
            call.statistics(mean, variance, n);
            return y;
        }

        @Override
        public Gradients backward(Call call, INDArray dy) {
            INDArray y = call.kept(0);
            double n = call.kept(2).getDouble(0);
            INDArray mean = call.sum(dy.sum(0)).div(n);
            INDArray slope = call.sum(dy.mul(y).sum(0)).div(n);
            return Gradients.of(dy.sub(row(mean)).sub(y.mul(row(slope))).mul(row(call.kept(1))));
        }

        @Override
        public void update(Measured measured, Map<String, INDArray> parameters) {
            move(parameters.get("mean"), measured.mean());
            move(parameters.get("variance"), measured.variance());
        }

        private static void move(INDArray average, INDArray value) {
            average.muli(0.9).addi(value.mul(0.1));
        }

        private static INDArray inverse(INDArray variance) {
            return Transforms.sqrt(variance.add(1e-5), false).rdivi(1.0);
        }

        private static INDArray row(INDArray vector) {
            return vector.reshape(1, vector.length());
        }
    }
}
