package io.github.bn4j.model;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Concatenation;
import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.Slicing;
import io.github.bn4j.op.function.Line;
import java.util.ArrayList;
import java.util.List;

/**
 * Red, green and blue that were standardised by the means and deviations of ImageNet, as if mean and deviation had been 0.5: the weights
 * of GoogLeNet and Inception that torchvision has come from TensorFlow, which does that.
 */
record TransformInput() implements Layer {

    private static final double[] MEANS = {0.485, 0.456, 0.406};
    private static final double[] DEVIATIONS = {0.229, 0.224, 0.225};

    @Override
    public Value trace(Scope scope, Value x) {
        if (x.shape().rank() != 3 || x.shape().dim(0) != 3) {
            throw ShapeException.expected("images [3, height, width]", x.shape(), "leave out transformInput");
        }
        List<Value> colours = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Line line = new Line(DEVIATIONS[i] / 0.5, (MEANS[i] - 0.5) / 0.5);
            colours.add(scope.apply(new Elementwise(line), scope.apply(new Slicing(0, i, i + 1), x)));
        }
        return scope.apply(new Concatenation(0), colours, List.of());
    }

    @Override
    public String toString() {
        return "TransformInput()";
    }
}
