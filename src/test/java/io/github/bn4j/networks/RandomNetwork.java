package io.github.bn4j.networks;

import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.*;
import io.github.bn4j.op.Concatenation;
import io.github.bn4j.op.LogSoftmax;
import io.github.bn4j.op.Slicing;
import io.github.bn4j.op.Softmax;
import io.github.bn4j.op.Subtraction;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Draws networks: every layer and op of the library, fan-out, sums, products, concatenations, shared layers, several inputs
 * and outputs, and batch normalisation of every kind. The same seed draws the same network.
 *
 * <p>Not drawn are networks in which a signal dies by arithmetic rather than by normalisation (softmax over one channel, a
 * norm over two values, which knows only their order), and the one kind that the analysis does not look for: the same
 * shift on both sides of a subtraction or of a concatenation along positions.
 */
public final class RandomNetwork {

    private final Random random;
    /** For what came later, so that it changes no other draw. */
    private final Random windows;

    private final Random sequences;

    private final GraphBuilder g = new GraphBuilder();
    private final List<Value> values = new ArrayList<>();
    private int inputs;
    private final List<Layer> shared = new ArrayList<>();

    private RandomNetwork(long seed) {
        this.random = new Random(seed);
        this.windows = new Random(~seed);
        this.sequences = new Random(31 * seed + 5);
    }

    /** Network number {@code seed}. */
    public static Network draw(long seed) {
        return new RandomNetwork(seed).network(seed);
    }

    private Network network(long seed) {
        values.add(g.input("image", 1 + random.nextInt(3), 3 + random.nextInt(2), 3 + random.nextInt(2)));
        if (chance(0.3)) {
            values.add(g.input("features", 2 + random.nextInt(3)));
        }
        if (sequences.nextInt(8) == 0) {
            values.add(g.input("signal", 1 + sequences.nextInt(3), 4 + sequences.nextInt(5)));
        }
        int steps = 4 + random.nextInt(9);
        for (int i = 0; i < steps; i++) {
            grow();
        }
        List<Value> outputs = new ArrayList<>();
        outputs.add(values.get(values.size() - 1));
        while (chance(0.25)) {
            Value other = any();
            if (outputs.stream().noneMatch(output -> output.name().equals(other.name()))) {
                outputs.add(other);
            }
        }
        return g.build(seed, outputs.toArray(Value[]::new));
    }

    private void grow() {
        for (int attempt = 0; attempt < 20; attempt++) {
            try {
                values.add(next(recent()));
                return;
            } catch (ShapeException tooSmallForThisLayer) {
                // Draw again.
            }
        }
    }

    private Value next(Value x) {
        double what = random.nextDouble();
        if (what < 0.12) {
            return join(x);
        }
        if (what < 0.17) {
            int axis = random.nextInt(Math.max(1, x.shape().rank()));
            int length = (int) x.shape().dim(axis);
            int from = random.nextInt(length);
            return g.apply(new Slicing(axis, from, from + 1 + random.nextInt(length - from)), x);
        }
        if (what < 0.20 && x.shape().dim(0) > 1) {
            return g.apply(chance(0.5) ? new Softmax() : new LogSoftmax(), x);
        }
        if (what < 0.25 && !shared.isEmpty()) {
            return g.call(shared.get(random.nextInt(shared.size())), x);
        }
        Layer layer = x.shape().rank() == 3 ? imageLayer(x.shape()) : flatLayer(x.shape());
        if (chance(0.2)) {
            shared.add(layer);
        }
        return g.call(layer, x);
    }

    private Value join(Value x) {
        List<Value> alike =
                values.stream().filter(value -> value.shape().equals(x.shape())).toList();
        Value other = alike.get(random.nextInt(alike.size()));
        return switch (random.nextInt(5)) {
            case 0 -> g.multiply(x, other);
            // From an input of its own: x − f(x) cancels by itself what both sides share.
            case 1 -> g.apply(new Subtraction(), x, input(x.shape()));
            case 2 ->
                g.apply(
                        new Concatenation(
                                x.equals(other) ? 0 : random.nextInt(x.shape().rank())),
                        x,
                        other);
            default -> g.add(x, other);
        };
    }

    private Value input(Shape shape) {
        return g.input("input_" + inputs++, shape.dims());
    }

    private Layer imageLayer(Shape shape) {
        int channels = (int) shape.dim(0);
        int units = 1 + random.nextInt(4);
        return switch (random.nextInt(24)) {
            case 0, 1 ->
                Conv2d.of(units, 1 + random.nextInt(3)).padding(padding()).useBias(true);
            case 2 -> Conv2d.of(units, 2).stride(1 + random.nextInt(2)).padding(padding());
            case 3 -> Conv2d.of(channels, 2).groups(channels).padding(padding());
            case 4 -> Conv2d.of(units, 1);
            case 5 -> DepthwiseConv2d.of(2).padding(padding());
            case 6 -> SeparableConv2d.of(units, 2).padding(padding());
            case 7 -> ConvTranspose2d.of(units, 1 + random.nextInt(2)).stride(1);
            case 8 ->
                MaxPool2d.of(2)
                        .stride(1 + random.nextInt(2))
                        .padding(sides(random.nextInt(2)))
                        .ceilMode(windows.nextInt(3) == 0);
            case 9 ->
                AvgPool2d.of(2)
                        .stride(1)
                        .padding(sides(random.nextInt(2)))
                        .countPadding(chance(0.5))
                        .ceilMode(windows.nextInt(3) == 0);
            case 10 -> windows.nextInt(3) > 0 ? GlobalAvgPool2d.of() : AdaptiveAvgPool2d.of(2);
            case 11 -> chance(0.5) ? Flatten.of() : Reshape.of(channels, shape.dim(1) * shape.dim(2));
            case 12 -> shape.size() <= 64 ? Upsample2d.of(2).interpolation(interpolation()) : Flatten.of();
            case 13 -> windows.nextBoolean() ? ZeroPad2d.of(1) : EdgePad2d.of(1, 0, 0, 1);
            case 14 -> ReflectPad2d.of(1);
            case 15 ->
                chance(0.5)
                        ? SpatialDropout2d.of(0.4)
                        : windows.nextBoolean() ? Dropout.of(0.4) : StochasticDepth.of(0.3);
            case 16 -> InstanceNorm2d.of();
            case 17 -> GroupNorm.of(channels % 2 == 0 && shape.size() > 6 ? 2 : 1);
            case 18, 19 -> activation();
            default -> new BatchNorm2d(norm());
        };
    }

    private Layer flatLayer(Shape shape) {
        if (shape.rank() == 2 && sequences.nextInt(3) > 0) {
            return sequenceLayer(shape);
        }
        if (shape.rank() == 2) {
            return switch (random.nextInt(4)) {
                case 0 -> activation();
                case 1 -> Flatten.of();
                case 2 -> chance(0.5) ? GroupNorm.of(1) : LayerNorm.of();
                default -> new BatchNorm1d(norm());
            };
        }
        int units = 1 + random.nextInt(4);
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> Dense.of(units);
            case 3 -> Dense.of(units).useBias(true);
            case 4 -> Dense.of(units).useBias(false);
            case 5 -> shape.size() > 2 ? LayerNorm.of() : activation();
            case 6 -> Reshape.of(shape.dim(0), 1, 1);
            case 7 -> chance(0.5) || shape.size() <= 2 ? Dropout.of(0.4) : GroupNorm.of(1);
            case 8, 9 -> activation();
            default -> new BatchNorm1d(norm());
        };
    }

    private Layer sequenceLayer(Shape shape) {
        int channels = (int) shape.dim(0);
        int units = 1 + sequences.nextInt(4);
        return switch (sequences.nextInt(14)) {
            case 0, 1 ->
                Conv1d.of(units, 1 + sequences.nextInt(3))
                        .padding(sequences.nextInt(2), sequences.nextInt(2))
                        .useBias(true);
            case 2 -> Conv1d.of(units, 2).stride(1 + sequences.nextInt(2)).padding(Padding.SAME);
            case 3 -> Conv1d.of(2 * channels, 2).groups(channels).dilation(1 + sequences.nextInt(2));
            case 4 -> Conv1d.of(units, 1);
            case 5 -> ConvTranspose1d.of(units, 2).stride(1 + sequences.nextInt(2));
            case 6 -> MaxPool1d.of(2).stride(1 + sequences.nextInt(2)).ceilMode(sequences.nextBoolean());
            case 7 -> AvgPool1d.of(2).stride(1).padding(1, 0).countPadding(sequences.nextBoolean());
            case 8 -> sequences.nextBoolean() ? GlobalAvgPool1d.of() : SpatialDropout1d.of(0.4);
            case 9 -> Permute.of(1, 0);
            case 10 -> activation();
            default -> new BatchNorm1d(norm());
        };
    }

    // Smooth ones: a ReLU whose inputs are all below 0 hides what the analysis rightly calls visible.
    private Layer activation() {
        return switch (random.nextInt(5)) {
            case 0 -> Sigmoid.of();
            case 1 -> Tanh.of();
            case 2 -> Gelu.of();
            case 3 -> windows.nextBoolean() ? LeakyRelu.of() : PRelu.of();
            default -> Softplus.of();
        };
    }

    private BatchNorm norm() {
        BatchNorm norm = BatchNorm2d.of().epsilon(1e-3).norm();
        Statistics statistics =
                switch (random.nextInt(8)) {
                    case 0 -> Statistics.running();
                    case 1 -> Statistics.renorm(3, 5);
                    case 2 -> Statistics.ghost(4);
                    default -> Statistics.batch();
                };
        return new BatchNorm(norm.epsilon(), statistics, norm.running(), norm.affine());
    }

    private Interpolation interpolation() {
        return Interpolation.values()[windows.nextInt(3)];
    }

    private Padding padding() {
        if (chance(0.3)) {
            return Padding.SAME;
        }
        return windows.nextInt(4) == 0 ? Padding.of(windows.nextInt(2), 1, windows.nextInt(2), 0) : Padding.VALID;
    }

    /** As many rows and columns on each side, or some of these sides. */
    private Padding sides(int padding) {
        return windows.nextBoolean()
                ? Padding.of(padding)
                : Padding.of(padding, windows.nextInt(padding + 1), windows.nextInt(padding + 1), padding);
    }

    private Value recent() {
        return chance(0.75) ? values.get(values.size() - 1) : any();
    }

    private Value any() {
        return values.get(random.nextInt(values.size()));
    }

    private boolean chance(double probability) {
        return random.nextDouble() < probability;
    }
}
