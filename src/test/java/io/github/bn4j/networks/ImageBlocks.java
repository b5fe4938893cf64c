package io.github.bn4j.networks;

import io.github.bn4j.GraphBuilder;
import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.AdaptiveMaxPool2d;
import io.github.bn4j.layer.AvgPool2d;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.ConvTranspose2d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.DepthwiseConv2d;
import io.github.bn4j.layer.Dropout;
import io.github.bn4j.layer.GlobalAvgPool2d;
import io.github.bn4j.layer.GroupNorm;
import io.github.bn4j.layer.InstanceNorm2d;
import io.github.bn4j.layer.Interpolation;
import io.github.bn4j.layer.LayerNorm;
import io.github.bn4j.layer.MaxPool2d;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.layer.ReflectPad2d;
import io.github.bn4j.layer.Relu;
import io.github.bn4j.layer.Reshape;
import io.github.bn4j.layer.SeparableConv2d;
import io.github.bn4j.layer.Sigmoid;
import io.github.bn4j.layer.SpatialDropout2d;
import io.github.bn4j.layer.Upsample2d;
import io.github.bn4j.layer.ZeroPad2d;
import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.MatrixProduct;
import io.github.bn4j.op.Reduction;
import io.github.bn4j.op.Scaling;
import io.github.bn4j.op.Shifting;
import io.github.bn4j.op.Softmax;
import io.github.bn4j.op.Subtraction;
import io.github.bn4j.op.Transposition;
import io.github.bn4j.op.function.Line;

/** The blocks that networks over images are made of, each with its own numbers. Images stay as large unless it says so. */
final class ImageBlocks {

    private final GraphBuilder g;
    private final Draw draw;
    private final int batch;

    ImageBlocks(GraphBuilder g, Draw draw, int batch) {
        this.g = g;
        this.draw = draw;
        this.batch = batch;
    }

    /** A block that yields any number of channels up to {@code most}. */
    Value any(Value x, int most) {
        int filters = draw.channels(most);
        return switch (draw.from(0, 11)) {
            case 0 -> residual(x, filters);
            case 1 -> preActivation(x);
            case 2 -> bottleneck(x, filters);
            case 3 -> inverted(x, filters, most);
            case 4 -> dense(x, filters);
            case 5 -> inception(x, filters);
            case 6 -> separable(x, filters);
            case 7 -> gated(x, filters);
            case 8 -> twice(x);
            case 9 -> shrunk(x, filters);
            case 10 -> attentive(x, filters);
            default -> unit(x, filters);
        };
    }

    /** Convolution, norm, activation, in either order of the last two, each of them sometimes missing. */
    Value unit(Value x, int filters) {
        Value y = convolution(x, filters, draw.oneOf(1, 3, 3, 3, 5));
        boolean late = draw.chance(0.1);
        y = late && draw.chance(0.9) ? g.call(draw.activation(), y) : y;
        y = draw.chance(0.9) ? norm(y) : y;
        return !late && draw.chance(0.9) ? g.call(draw.activation(), y) : y;
    }

    /** He et al. 2016, figure 2, with squeeze and excitation (Hu et al. 2018) or dropout now and then. */
    Value residual(Value x, int filters) {
        Value branch = g.call(draw.activation(), norm(convolution(x, filters, 3)));
        branch = draw.chance(0.1) ? g.call(Dropout.of(0.2), branch) : branch;
        branch = norm(convolution(branch, filters, 3));
        branch = draw.chance(0.3) && hasFewValues(branch.shape()) ? excited(branch) : branch;
        return joined(branch, shortcut(x, filters));
    }

    /** He et al. 2016, Identity Mappings, figure 4e. */
    Value preActivation(Value x) {
        int filters = channels(x);
        Value branch = convolution(g.call(draw.activation(), norm(x)), filters, 3);
        branch = convolution(g.call(draw.activation(), norm(branch)), filters, 3);
        return g.add(branch, x);
    }

    /** He et al. 2016, figure 5, with groups as in Xie et al. 2017 now and then. */
    Value bottleneck(Value x, int filters) {
        int inner = Math.max(1, filters / draw.from(2, 4));
        Value branch = g.call(Relu.of(), norm(convolution(x, inner, 1)));
        branch = g.call(Relu.of(), norm(convolution(branch, inner, 3)));
        branch = norm(convolution(branch, filters, 1));
        return joined(branch, shortcut(x, filters));
    }

    private Value joined(Value branch, Value shortcut) {
        Value sum = draw.chance(0.5) ? g.add(branch, shortcut) : g.add(shortcut, branch);
        return draw.chance(0.75) ? g.call(Relu.of(), sum) : draw.chance(0.5) ? g.call(draw.activation(), sum) : sum;
    }

    private Value shortcut(Value x, int filters) {
        if (channels(x) == filters) {
            return x;
        }
        Value projected = g.call(Conv2d.of(filters, 1), x);
        return draw.chance(0.7) ? norm(projected) : projected;
    }

    /** Sandler et al. 2018, figure 3b. */
    Value inverted(Value x, int filters, int most) {
        Value y = convolution(x, Math.max(1, Math.min(most, channels(x) * draw.from(1, 4))), 1);
        y = g.call(draw.activation(), norm(y));
        DepthwiseConv2d depthwise = DepthwiseConv2d.of(draw.oneOf(3, 3, 5)).dilation(draw.oneOf(1, 1, 2));
        y = g.call(draw.activation(), norm(g.call(depthwise.padding(Padding.SAME), y)));
        boolean stays = draw.chance(0.5);
        y = norm(convolution(y, stays ? channels(x) : filters, 1));
        return stays ? g.add(x, y) : y;
    }

    /** Huang et al. 2017, figure 1. */
    Value dense(Value x, int filters) {
        int growth = Math.max(1, filters / 4);
        Value y = x;
        for (int layer = draw.from(2, 3); layer > 0; layer--) {
            Value more = convolution(g.call(draw.activation(), norm(y)), growth, 3);
            y = g.concat(y, more);
        }
        return draw.chance(0.5) ? convolution(g.call(draw.activation(), norm(y)), filters, 1) : y;
    }

    /** Szegedy et al. 2015, figure 2b. */
    Value inception(Value x, int filters) {
        int part = Math.max(1, filters / 4);
        Value pooled = draw.chance(0.5)
                ? g.call(MaxPool2d.of(3).stride(1).padding(1), x)
                : g.call(AvgPool2d.of(3).stride(1).padding(1).countPadding(draw.chance(0.5)), x);
        return g.concat(
                unit(x, part),
                g.call(draw.activation(), convolution(g.call(draw.activation(), convolution(x, part, 1)), part, 3)),
                g.call(draw.activation(), norm(convolution(x, draw.channels(part), 5))),
                convolution(pooled, part, 1));
    }

    private Value separable(Value x, int filters) {
        Value y = g.call(SeparableConv2d.of(filters, 3).padding(Padding.SAME), x);
        return g.call(draw.activation(), norm(y));
    }

    /** A convolution times the gate of another (Dauphin et al. 2017, section 3), or less another. */
    private Value gated(Value x, int filters) {
        Value y = convolution(x, filters, 3);
        Value other = convolution(x, filters, 1);
        Value joined = draw.chance(0.6)
                ? g.multiply(y, g.call(draw.chance(0.7) ? Sigmoid.of() : draw.activation(), other))
                : g.apply(new Subtraction(), draw.chance(0.5) ? y : norm(y), other);
        return draw.chance(0.6) ? g.call(draw.activation(), norm(joined)) : g.call(draw.activation(), joined);
    }

    /** Positions that look at each other (Wang et al. 2018, figure 2), with learned places and a branch that is scaled (Touvron et al. 2021). */
    private Value attentive(Value x, int filters) {
        int channels = channels(x);
        int positions = height(x) * width(x);
        if (positions > 200) {
            return unit(x, filters);
        }
        int inner = Math.max(1, channels / 2);
        Value placed =
                g.call(new Learned(new Shifting(true), "beta", Shape.of(channels, height(x), width(x))), norm(x));
        Value keys = g.call(Reshape.of(inner, positions), convolution(placed, inner, 1));
        Value queries = g.call(Reshape.of(inner, positions), convolution(placed, inner, 1));
        Value scores = draw.chance(0.5)
                ? g.apply(new MatrixProduct(true, false), keys, queries)
                : g.apply(new MatrixProduct(false, false), g.apply(Transposition.of(1, 0), keys), queries);
        Line scale = new Line(1 / Math.sqrt(inner), 0);
        Value weights = g.apply(new Softmax(), g.apply(new Elementwise(scale), scores));
        Value values = g.call(Reshape.of(inner, positions), convolution(placed, inner, 1));
        Value seen = g.apply(new MatrixProduct(false, false), values, weights);
        Value branch = convolution(g.call(Reshape.of(inner, height(x), width(x)), seen), channels, 1);
        branch = g.call(new Learned(new Scaling(true), "gamma", Shape.of(channels)), branch);
        return g.add(x, branch);
    }

    /** A parameter that is repeated. */
    private record Learned(Op op, String name, Shape shape) implements Layer {

        @Override
        public Value trace(Scope scope, Value x) {
            return scope.apply(op, x, scope.weight(name, shape, Initializer.constant(1)));
        }
    }

    /** Hu et al. 2018, figure 2. */
    private Value excited(Value x) {
        int filters = channels(x);
        Value means = draw.chance(0.5)
                ? g.call(GlobalAvgPool2d.of(), x)
                : g.apply(Reduction.of(Reduction.Kind.MEAN, 1, 2), x);
        Value gate = g.call(Dense.of(Math.max(1, filters / 4)), means);
        gate = g.call(Dense.of(filters), g.call(draw.activation(), gate));
        gate = g.call(Reshape.of(filters, 1, 1), g.call(Sigmoid.of(), gate));
        return g.multiply(x, gate);
    }

    /** A convolution and norm that are called a second time on what they yield, with the weights that they have. */
    private Value twice(Value x) {
        int filters = channels(x);
        Conv2d convolution = Conv2d.of(filters, 3).padding(Padding.SAME);
        Conv2d conv = draw.chance(0.3) ? convolution.useBias(true) : convolution;
        var norm = draw.batchNorm2d();
        Value y = g.call(draw.activation(), g.call(norm, g.call(conv, x)));
        return joined(g.call(norm, g.call(conv, y)), draw.chance(0.5) ? x : y);
    }

    /** Smaller by a convolution without padding, and as large again by a padding or a transposed convolution. */
    private Value shrunk(Value x, int filters) {
        if (Math.min(height(x), width(x)) < 5) {
            return unit(x, filters);
        }
        Value y = g.call(draw.activation(), norm(g.call(biased(Conv2d.of(filters, 3)), x)));
        if (draw.chance(0.3)) {
            y = g.call(ConvTranspose2d.of(draw.channels(filters), 3), y);
            return g.call(draw.activation(), draw.chance(0.7) ? norm(y) : y);
        }
        return g.call(draw.chance(0.5) ? ZeroPad2d.of(1) : ReflectPad2d.of(1), y);
    }

    /** Half as large, by a pooling or a stride; as it is where a channel would be left with few values in a batch. */
    Value half(Value x, int filters) {
        if (Math.min(height(x), width(x)) < 5 || batch * (height(x) / 2) * (width(x) / 2) < 16) {
            return x;
        }
        return switch (draw.from(0, 5)) {
            case 0, 1 -> g.call(MaxPool2d.of(2), x);
            case 2 -> g.call(maxima(x), x);
            case 3 ->
                g.call(draw.chance(0.5) ? AvgPool2d.of(2) : AvgPool2d.of(3).stride(2), x);
            case 4 -> {
                Conv2d strided = Conv2d.of(filters, draw.oneOf(1, 3, 3, 5)).stride(2);
                Value y = g.call(biased(strided.padding(Padding.SAME)), x);
                yield g.call(draw.activation(), norm(y));
            }
            default -> {
                Value y = g.call(DepthwiseConv2d.of(3).stride(2).padding(Padding.SAME), x);
                yield g.call(draw.activation(), norm(y));
            }
        };
    }

    /** Now and then windows of two sizes, where these do not divide the image. */
    private Layer maxima(Value x) {
        boolean adapts = height(x) % 2 == 1 && width(x) % 2 == 1 && channels(x) % 2 == 1;
        return adapts
                ? AdaptiveMaxPool2d.of((height(x) + 1) / 2, (width(x) + 1) / 2)
                : MaxPool2d.of(3).stride(2).padding(1);
    }

    /** About twice as large, by a transposed convolution or by copies of rows and columns. */
    Value twiceAsLarge(Value x, int filters) {
        return switch (draw.from(0, 3)) {
            case 0 ->
                g.call(
                        Upsample2d.of(2)
                                .interpolation(width(x) % 2 == 0 ? Interpolation.BILINEAR : Interpolation.NEAREST),
                        x);
            case 1 -> convolution(g.call(Upsample2d.of(2), x), filters, 3);
            case 2 -> g.call(ConvTranspose2d.of(filters, 2).stride(2), x);
            default -> g.call(ConvTranspose2d.of(filters, 4).stride(2).padding(1), x);
        };
    }

    /** With padding, and with groups, a dilation, an oblong kernel or a bias now and then. */
    Value convolution(Value x, int filters, int kernel) {
        Conv2d layer = Conv2d.of(filters, kernel).padding(Padding.SAME);
        if (kernel == 3) {
            layer = draw.chance(0.1) ? layer.dilation(2) : draw.chance(0.05) ? layer.kernel(3, 1) : layer;
        }
        int groups = draw.from(2, 4);
        if (draw.chance(0.25) && filters % groups == 0 && channels(x) % groups == 0) {
            layer = layer.groups(groups);
        }
        Value y = g.call(biased(layer), x);
        return draw.chance(0.02) ? g.call(SpatialDropout2d.of(0.2), y) : y;
    }

    private Conv2d biased(Conv2d layer) {
        return draw.chance(0.06) ? layer.useBias(true) : draw.chance(0.06) ? layer.useBias(false) : layer;
    }

    /** Mostly batch normalisation. */
    Value norm(Value x) {
        int channels = channels(x);
        if (draw.chance(0.85) || height(x) * width(x) < 8) {
            return g.call(draw.batchNorm2d(), x);
        }
        int groups = draw.oneOf(1, 2, 4, 8);
        return switch (draw.from(0, 2)) {
            case 0 -> g.call(GroupNorm.of(channels % groups == 0 ? groups : 1), x);
            case 1 -> g.call(InstanceNorm2d.of(), x);
            default -> g.call(LayerNorm.of(), x);
        };
    }

    /** Whether a channel has so few values in a batch that float32 can add them up one after the other though they are all alike. */
    boolean hasFewValues(Shape image) {
        return batch * image.dim(1) * image.dim(2) <= 1000;
    }

    static int channels(Value x) {
        return (int) x.shape().dim(0);
    }

    static int height(Value x) {
        return (int) x.shape().dim(1);
    }

    static int width(Value x) {
        return (int) x.shape().dim(2);
    }
}
