package io.github.bn4j.model;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.AdaptiveAvgPool2d;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.Sequence;
import io.github.bn4j.op.Multiplication;

/**
 * Each channel times a factor that depends on the means of all (Hu et al. 2018, figure 2).
 *
 * @param squeezed channels in between
 * @param activation of these
 * @param gate what makes a factor from 0 to 1 of any number
 */
record SqueezeExcitation(int squeezed, Layer activation, Layer gate) implements Layer {

    @Override
    public Value trace(Scope scope, Value x) {
        Sequence factors = Sequence.of()
                .then("avgpool", AdaptiveAvgPool2d.of(1))
                .then("fc1", Conv2d.of(squeezed, 1))
                .then("activation", activation)
                .then("fc2", Conv2d.of((int) x.shape().dim(0), 1))
                .then("scale_activation", gate);
        return scope.apply(new Multiplication(), x, factors.trace(scope, x));
    }

    @Override
    public String toString() {
        return "SqueezeExcitation(" + squeezed + ")";
    }
}
