package io.github.bn4j.networks;

import io.github.bn4j.GraphBuilder;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.AvgPool1d;
import io.github.bn4j.layer.Conv1d;
import io.github.bn4j.layer.ConvTranspose1d;
import io.github.bn4j.layer.Dropout;
import io.github.bn4j.layer.Flatten;
import io.github.bn4j.layer.GlobalAvgPool1d;
import io.github.bn4j.layer.GlobalMaxPool1d;
import io.github.bn4j.layer.GroupNorm;
import io.github.bn4j.layer.MaxPool1d;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.layer.Permute;
import io.github.bn4j.layer.Sigmoid;
import io.github.bn4j.layer.SpatialDropout1d;

/** The blocks that networks over sequences are made of. Sequences stay as long unless it says so. */
final class SequenceBlocks {

    private final GraphBuilder g;
    private final Draw draw;
    private final int batch;

    SequenceBlocks(GraphBuilder g, Draw draw, int batch) {
        this.g = g;
        this.draw = draw;
        this.batch = batch;
    }

    /** A block that yields any number of channels up to {@code most}. */
    Value any(Value x, int most) {
        int filters = draw.channels(most);
        return switch (draw.from(0, 6)) {
            case 0, 1 -> causal(x, filters);
            case 2 -> inception(x, filters);
            case 3 -> gated(x, filters);
            case 4 -> mixed(x);
            case 5 -> separable(x, filters);
            default -> unit(x, filters);
        };
    }

    /** Convolution, norm, activation. */
    Value unit(Value x, int filters) {
        Value y = norm(convolution(x, filters, draw.oneOf(1, 3, 5, 9)));
        return draw.chance(0.9) ? g.call(draw.activation(), y) : y;
    }

    /** Convolutions that see the past alone, further back by each dilation (Bai et al. 2018, figure 1b). */
    private Value causal(Value x, int filters) {
        int dilation = draw.oneOf(1, 2, 4);
        Value branch = g.call(draw.activation(), norm(g.call(past(filters, dilation), x)));
        branch = draw.chance(0.2) ? g.call(SpatialDropout1d.of(0.2), branch) : branch;
        branch = norm(g.call(biased(past(filters, dilation)), branch));
        Value shortcut = channels(x) == filters ? x : g.call(Conv1d.of(filters, 1), x);
        return g.call(draw.activation(), draw.chance(0.5) ? g.add(branch, shortcut) : g.add(shortcut, branch));
    }

    private static Conv1d past(int filters, int dilation) {
        return Conv1d.of(filters, 3).dilation(dilation).padding(2 * dilation, 0);
    }

    /** Kernels of several lengths beside each other (Ismail Fawaz et al. 2020, figure 2). */
    private Value inception(Value x, int filters) {
        int part = Math.max(1, filters / 3);
        Value pooled = draw.chance(0.5)
                ? g.call(MaxPool1d.of(3).stride(1).padding(1), x)
                : g.call(AvgPool1d.of(3).stride(1).padding(1).countPadding(draw.chance(0.5)), x);
        Value y = g.concat(convolution(x, part, 9), convolution(x, part, 3), convolution(pooled, part, 1));
        return g.call(draw.activation(), norm(y));
    }

    /** Dauphin et al. 2017, section 3. */
    private Value gated(Value x, int filters) {
        Value y = convolution(x, filters, 3);
        Value gate = convolution(x, filters, 3);
        return g.multiply(draw.chance(0.5) ? norm(y) : y, g.call(Sigmoid.of(), gate));
    }

    /** Positions mixed by weights that all channels share, and back (Tolstikhin et al. 2021, figure 1). */
    private Value mixed(Value x) {
        Value turned = g.call(Permute.of(1, 0), x);
        Value y = g.call(Conv1d.of((int) x.shape().dim(1), 1), norm(turned));
        y = g.call(Permute.of(1, 0), g.call(draw.activation(), y));
        return g.add(x, draw.chance(0.5) ? norm(y) : y);
    }

    /** Each channel by itself, then all together (Kriman et al. 2020, figure 1). */
    private Value separable(Value x, int filters) {
        Conv1d alone = Conv1d.of(channels(x), draw.oneOf(3, 5, 11)).groups(channels(x));
        Value y = g.call(alone.dilation(draw.oneOf(1, 1, 2)).padding(Padding.SAME), x);
        return g.call(draw.activation(), norm(convolution(y, filters, 1)));
    }

    /** About half as long; as it is where a channel would be left with few values in a batch. */
    Value half(Value x, int filters) {
        if (length(x) < 8 || batch * (length(x) / 2) < 16) {
            return x;
        }
        return switch (draw.from(0, 4)) {
            case 0 -> g.call(MaxPool1d.of(2), x);
            case 1 -> g.call(MaxPool1d.of(3).stride(2).padding(1).ceilMode(draw.chance(0.5)), x);
            case 2 -> g.call(AvgPool1d.of(2).ceilMode(draw.chance(0.5)), x);
            default -> {
                Conv1d strided = Conv1d.of(filters, draw.oneOf(3, 5)).stride(2).padding(Padding.SAME);
                yield g.call(draw.activation(), norm(g.call(biased(strided), x)));
            }
        };
    }

    /** Twice as long. */
    Value twiceAsLong(Value x, int filters) {
        ConvTranspose1d layer = draw.chance(0.5)
                ? ConvTranspose1d.of(filters, 2).stride(2)
                : ConvTranspose1d.of(filters, 4).stride(2).padding(1);
        return norm(g.call(layer, x));
    }

    /** What is left of a sequence: a value of each channel, or all of them. */
    Value vector(Value x) {
        if (length(x) * channels(x) <= 300 && draw.chance(0.3)) {
            return g.call(Flatten.of(), x);
        }
        Value y = g.call(draw.chance(0.5) || !hasFewValues(x.shape()) ? GlobalMaxPool1d.of() : GlobalAvgPool1d.of(), x);
        return draw.chance(0.1) ? g.call(Dropout.of(0.2), y) : y;
    }

    private Value convolution(Value x, int filters, int kernel) {
        Conv1d layer = Conv1d.of(filters, kernel).padding(Padding.SAME);
        layer = kernel == 3 && draw.chance(0.2) ? layer.dilation(2) : layer;
        int groups = draw.from(2, 4);
        if (draw.chance(0.25) && filters % groups == 0 && channels(x) % groups == 0) {
            layer = layer.groups(groups);
        }
        return g.call(biased(layer), x);
    }

    private Conv1d biased(Conv1d layer) {
        return draw.chance(0.06) ? layer.useBias(true) : draw.chance(0.06) ? layer.useBias(false) : layer;
    }

    /** Mostly batch normalisation. */
    private Value norm(Value x) {
        if (draw.chance(0.9) || length(x) < 8) {
            return g.call(draw.batchNorm1d(), x);
        }
        return g.call(GroupNorm.of(channels(x) % 2 == 0 ? 2 : 1), x);
    }

    private boolean hasFewValues(Shape sequence) {
        return batch * sequence.dim(1) <= 1000;
    }

    private static int channels(Value x) {
        return (int) x.shape().dim(0);
    }

    private static int length(Value x) {
        return (int) x.shape().dim(1);
    }
}
