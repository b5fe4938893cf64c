package io.github.bn4j.norm;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.LinearMap;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import io.github.bn4j.graph.UseBias;
import io.github.bn4j.graph.Value;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A stranger's layer on {@code [channels, length]}: the same matrix at each position, {@code y = W x + b}. */
record Pointwise(int units) implements Layer {

    @Override
    public Value trace(Scope scope, Value x) {
        long channels = x.shape().dim(0);
        return scope.addBias(
                scope.apply(
                        new Product(),
                        x,
                        scope.weight("weight", Shape.of(units, channels), Initializer.heNormal(channels))),
                UseBias.AUTO);
    }

    /** Its op, {@code W [units, channels]}. */
    record Product() implements Op {

        @Override
        public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
            return inputs.get(0).with(0, parameters.get(0).dim(0));
        }

        @Override
        public INDArray forward(Call call) {
            return each(call.input(0), x -> call.parameter(0).mmul(x));
        }

        @Override
        public Gradients backward(Call call, INDArray dy) {
            INDArray dw = call.parameter(0).like();
            for (long n = 0; n < dy.size(0); n++) {
                dw.addi(dy.slice(n).mmul(call.input(0).slice(n).transpose()));
            }
            return Gradients.of(each(dy, part -> call.parameter(0).transpose().mmul(part)))
                    .parameters(dw);
        }

        private static INDArray each(INDArray examples, java.util.function.UnaryOperator<INDArray> map) {
            INDArray[] results = new INDArray[(int) examples.size(0)];
            for (int n = 0; n < results.length; n++) {
                results[n] = map.apply(examples.slice(n)).dup('c');
            }
            return Nd4j.stack(0, results);
        }

        @Override
        public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
            return ShiftEffect.yields(
                    shift == Shift.PER_POSITION ? shift : Shift.PER_CHANNEL, "is linear, alike at each position");
        }

        @Override
        public Optional<LinearMap> linearMap(List<Shape> parameters) {
            return Optional.of(LinearMap.outputsFirst(parameters.get(0), 1));
        }
    }
}
