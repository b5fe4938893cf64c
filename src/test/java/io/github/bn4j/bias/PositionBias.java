package io.github.bn4j.bias;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import io.github.bn4j.graph.Value;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A bias of its own for every element of the example, as in locally connected layers. */
record PositionBias() implements Layer {

    record AddEverywhere() implements Op {

        @Override
        public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
            return inputs.get(0);
        }

        @Override
        public INDArray forward(Call call) {
            long[] shape = call.outputShape().batched(1);
            return call.input(0).add(call.parameter(0).reshape('c', shape));
        }

        @Override
        public Gradients backward(Call call, INDArray dy) {
            return Gradients.of(dy).parameters(dy.sum(0));
        }

        @Override
        public Optional<String> shiftParameter() {
            return Optional.of("bias");
        }

        @Override
        public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
            return ShiftEffect.yields(shift, "adds constants");
        }
    }

    @Override
    public Value trace(Scope scope, Value x) {
        return scope.apply(new AddEverywhere(), x, scope.vector("bias", x.shape(), Initializer.normal(0.1)));
    }
}
