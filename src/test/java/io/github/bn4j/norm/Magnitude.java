package io.github.bn4j.norm;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.ScaleEffect;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** A stranger's activation: {@code |x|}. */
record Magnitude() implements Layer {

    @Override
    public Value trace(Scope scope, Value x) {
        return scope.apply(new Absolute(), x);
    }

    /** Its op. */
    record Absolute() implements Op {

        @Override
        public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
            return inputs.get(0);
        }

        @Override
        public INDArray forward(Call call) {
            return Transforms.abs(call.input(0), true);
        }

        @Override
        public Gradients backward(Call call, INDArray dy) {
            return Gradients.of(dy.mul(Transforms.sign(call.input(0), true)));
        }

        @Override
        public ScaleEffect scaleEffect(int input) {
            return ScaleEffect.PASSES;
        }
    }
}
