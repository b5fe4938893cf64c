package io.github.bn4j.model;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.Relu;
import io.github.bn4j.layer.Sequence;
import io.github.bn4j.op.Addition;

/**
 * A branch added to its input and rectified (He et al. 2016, figure 5). The input is projected where the branch changes its shape
 * (option B of section 4.1).
 *
 * @param branch what is learned; its layers are called by their own names
 * @param projection a convolution with kernel 1 to the shape of the branch
 */
record ResidualBlock(Sequence branch, Conv2d projection) implements Layer {

    /** Figure 5 left. */
    static ResidualBlock basic(int filters, int stride) {
        Sequence branch = Sequence.of()
                .then("conv1", Conv2d.of(filters, 3).stride(stride).padding(1))
                .then("bn1", BatchNorm2d.of())
                .relu()
                .then("conv2", Conv2d.of(filters, 3).padding(1))
                .then("bn2", BatchNorm2d.of());
        return new ResidualBlock(branch, Conv2d.of(filters, 1).stride(stride));
    }

    /** Figure 5 right, to four times as many channels as {@code filters}; the stride is that of the 3×3 convolution, as in torchvision. */
    static ResidualBlock bottleneck(int filters, int stride) {
        Sequence branch = Sequence.of()
                .then("conv1", Conv2d.of(filters, 1))
                .then("bn1", BatchNorm2d.of())
                .relu()
                .then("conv2", Conv2d.of(filters, 3).stride(stride).padding(1))
                .then("bn2", BatchNorm2d.of())
                .relu()
                .then("conv3", Conv2d.of(4 * filters, 1))
                .then("bn3", BatchNorm2d.of());
        return new ResidualBlock(branch, Conv2d.of(4 * filters, 1).stride(stride));
    }

    @Override
    public Value trace(Scope scope, Value x) {
        Value learned = branch.trace(scope, x);
        Value kept = learned.shape().equals(x.shape())
                ? x
                : scope.call("downsample", Numbered.of(projection, BatchNorm2d.of()), x);
        return scope.call(Relu.of(), scope.apply(new Addition(), learned, kept));
    }

    @Override
    public String toString() {
        return "ResidualBlock(" + projection.filters() + ")";
    }
}
