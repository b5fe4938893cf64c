package io.github.bn4j.layer;

import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Addition;
import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.Scaling;
import io.github.bn4j.op.function.Clipping;
import io.github.bn4j.op.function.StandardFunction;
import java.util.Arrays;

/**
 * Rectified linear unit with a learned slope: {@code max(x, 0) + alpha min(x, 0)} for each element of {@code [channels, …]} (He et al.
 * 2015, Delving Deep into Rectifiers, section 2.1). The shape stays. Learns {@code alpha}, {@code [channels]} or {@code [1, …]} of the rank of an example,
 * from 0.25; weight decay leaves it alone, as the paper does.
 *
 * @param perChannel whether each channel has a slope of its own
 */
public record PRelu(boolean perChannel) implements Layer {

    private static final double INITIAL = 0.25;

    /** A slope for each channel. PyTorch's default is one for all: {@code perChannel(false)}. */
    public static PRelu of() {
        return new PRelu(true);
    }

    /** Says whether each channel has a slope of its own (default), or all have the same. */
    public PRelu perChannel(boolean perChannel) {
        return new PRelu(perChannel);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        if (x.shape().rank() < 1) {
            throw ShapeException.expected("input [channels, …]", x.shape());
        }
        Parameter alpha = scope.vector("alpha", slopes(x.shape()), Initializer.constant(INITIAL));
        Value positive = scope.apply(new Elementwise(StandardFunction.RELU), x);
        Value negative = scope.apply(new Elementwise(new Clipping(Double.NEGATIVE_INFINITY, 0)), x);
        return scope.apply(new Addition(), positive, scope.apply(new Scaling(true), negative, alpha));
    }

    private Shape slopes(Shape x) {
        long[] dims = new long[perChannel ? 1 : x.rank()];
        Arrays.fill(dims, 1);
        return perChannel ? Shape.of(x.dim(0)) : Shape.of(dims);
    }

    @Override
    public String toString() {
        return "PRelu(" + (perChannel ? "" : "one slope") + ")";
    }
}
