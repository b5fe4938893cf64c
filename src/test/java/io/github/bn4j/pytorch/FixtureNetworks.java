package io.github.bn4j.pytorch;

import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.*;
import io.github.bn4j.op.Addition;
import io.github.bn4j.op.Concatenation;
import io.github.bn4j.op.Multiplication;
import java.util.function.Supplier;
import org.nd4j.linalg.api.buffer.DataType;

/** The networks of pytorch/networks.py, with the names that they have there and without dropout, which draws other masks. */
final class FixtureNetworks {

    private FixtureNetworks() {}

    static Network of(String name, DataType type) {
        return switch (name) {
            case "resnet" -> resnet(type);
            case "vgg_bias" -> vgg(type);
            case "mobilenet2" -> mobileNet(type);
            case "unet" -> unet(type);
            default -> efficientNet(type);
        };
    }

    private static Layer named(String name, Layer layer) {
        return Sequence.of().then(name, layer);
    }

    private static BatchNorm2d norm(double epsilon, double newWeight) {
        return BatchNorm2d.of().epsilon(epsilon).runningAverage(RunningAverage.newWeight(newWeight));
    }

    /** Convolution, batch norm and activation, called 0, 1 and 2. */
    private static Sequence unit(int out, int kernel, int stride, int groups, double epsilon, double newWeight) {
        return Sequence.of()
                .then(
                        "0",
                        Conv2d.of(out, kernel)
                                .stride(stride)
                                .padding(kernel / 2)
                                .groups(groups)
                                .useBias(false))
                .then("1", norm(epsilon, newWeight));
    }

    private static Layer basic(int out, int stride, boolean projects) {
        return (scope, x) -> {
            Value y = scope.call(
                    "conv1", Conv2d.of(out, 3).stride(stride).padding(1).useBias(false), x);
            y = scope.call(Relu.of(), scope.call("bn1", BatchNorm2d.of(), y));
            y = scope.call("conv2", Conv2d.of(out, 3).padding(1).useBias(false), y);
            y = scope.call("bn2", BatchNorm2d.of(), y);
            Value kept = projects
                    ? scope.call(
                            "downsample",
                            Sequence.of()
                                    .then("0", Conv2d.of(out, 1).stride(stride).useBias(false))
                                    .then("1", BatchNorm2d.of()),
                            x)
                    : x;
            return scope.call(Relu.of(), scope.apply(new Addition(), y, kept));
        };
    }

    private static Network resnet(DataType type) {
        return Network.input(3, 32, 32)
                .then("conv1", Conv2d.of(8, 7).stride(2).padding(3).useBias(false))
                .then("bn1", BatchNorm2d.of())
                .relu()
                .then(MaxPool2d.of(3).stride(2).padding(1))
                .then("layer1", Sequence.of().then("0", basic(8, 1, false)).then("1", basic(8, 1, false)))
                .then("layer2", Sequence.of().then("0", basic(16, 2, true)).then("1", basic(16, 1, false)))
                .globalAvgPool2d()
                .then("fc", Dense.of(5))
                .build(1, type);
    }

    private static Network vgg(DataType type) {
        Sequence features = Sequence.of()
                .then("0", Conv2d.of(8, 3).padding(1))
                .then("1", BatchNorm2d.of())
                .relu()
                .maxPool2d(2)
                .then("4", Conv2d.of(16, 3).padding(1))
                .then("5", BatchNorm2d.of())
                .relu()
                .then("7", Conv2d.of(16, 3).padding(1))
                .then("8", BatchNorm2d.of())
                .relu()
                .maxPool2d(2);
        Sequence classifier = Sequence.of()
                .then("0", Dense.of(32))
                .then("1", BatchNorm1d.of())
                .relu()
                .then("4", Dense.of(5));
        return Network.input(3, 16, 16)
                .then("features", features)
                .adaptiveAvgPool2d(4)
                .flatten()
                .then("classifier", classifier)
                .build(1, type);
    }

    private static Layer inverted(int in, int out, int stride, int expansion) {
        return (scope, x) -> {
            Sequence conv = Sequence.of();
            int next = 0;
            if (expansion > 1) {
                conv = conv.then(
                        String.valueOf(next++),
                        unit(in * expansion, 1, 1, 1, 1e-5, 0.1).relu6());
            }
            conv = conv.then(
                            String.valueOf(next++),
                            unit(in * expansion, 3, stride, in * expansion, 1e-5, 0.1)
                                    .relu6())
                    .then(String.valueOf(next++), Conv2d.of(out, 1).useBias(false))
                    .then(String.valueOf(next), BatchNorm2d.of());
            Value y = scope.call("conv", conv, x);
            return stride == 1 && in == out ? scope.apply(new Addition(), x, y) : y;
        };
    }

    private static Network mobileNet(DataType type) {
        Sequence features = Sequence.of()
                .then("0", unit(8, 3, 2, 1, 1e-5, 0.1).relu6())
                .then("1", inverted(8, 8, 1, 1))
                .then("2", inverted(8, 12, 2, 4))
                .then("3", inverted(12, 12, 1, 4))
                .then("4", unit(32, 1, 1, 1, 1e-5, 0.1).relu6());
        return Network.input(3, 32, 32)
                .then("features", features)
                .globalAvgPool2d()
                .then("classifier", named("1", Dense.of(5)))
                .build(1, type);
    }

    private static Sequence twice(int out) {
        return Sequence.of()
                .then("0", Conv2d.of(out, 3).padding(1))
                .then("1", BatchNorm2d.of())
                .relu()
                .then("3", Conv2d.of(out, 3).padding(1).useBias(false))
                .then("4", BatchNorm2d.of())
                .relu();
    }

    private static Network unet(DataType type) {
        int width = 6;
        GraphBuilder g = new GraphBuilder();
        Value a = g.call("inc", twice(width), g.input("x", 3, 16, 16));
        Value b = g.call("down1", twice(2 * width), g.call(MaxPool2d.of(2), a));
        Value c = g.call("down2", twice(4 * width), g.call(MaxPool2d.of(2), b));
        Value up = g.call("up2", ConvTranspose2d.of(2 * width, 2).stride(2), c);
        Value d = g.call("dec2", twice(2 * width), g.apply(new Concatenation(0), b, up));
        up = g.call("up1", Sequence.of().upsample2d(2).then("1", Conv2d.of(width, 1)), d);
        Value e = g.call("dec1", twice(width), g.apply(new Concatenation(0), a, up));
        return g.build(1, type, g.call("out", Conv2d.of(2, 1), e));
    }

    private static Layer excitation(int channels, int reduced, Supplier<Layer> activation) {
        return (scope, x) -> {
            Value gate = scope.call("fc1", Conv2d.of(reduced, 1), scope.call(AdaptiveAvgPool2d.of(1), x));
            gate = scope.call("fc2", Conv2d.of(channels, 1), scope.call(activation.get(), gate));
            return scope.apply(new Multiplication(), x, scope.call(Sigmoid.of(), gate));
        };
    }

    private static Layer mobileBlock(int in, int out, int kernel, int stride, int expansion) {
        return (Scope scope, Value x) -> {
            int inner = in * expansion;
            Sequence block = Sequence.of();
            int next = 0;
            if (expansion > 1) {
                block = block.then(
                        String.valueOf(next++), unit(inner, 1, 1, 1, 1e-3, 0.01).silu());
            }
            block = block.then(
                            String.valueOf(next++),
                            unit(inner, kernel, stride, inner, 1e-3, 0.01).silu())
                    .then(String.valueOf(next++), excitation(inner, Math.max(1, in / 4), Silu::of))
                    .then(String.valueOf(next), unit(out, 1, 1, 1, 1e-3, 0.01));
            Value y = scope.call("block", block, x);
            return stride == 1 && in == out ? scope.apply(new Addition(), y, x) : y;
        };
    }

    private static Network efficientNet(DataType type) {
        Sequence features = Sequence.of()
                .then("0", unit(8, 3, 2, 1, 1e-3, 0.01).silu())
                .then("1", mobileBlock(8, 8, 3, 1, 1))
                .then("2", mobileBlock(8, 12, 5, 2, 4))
                .then("3", mobileBlock(12, 12, 3, 1, 4))
                .then("4", unit(32, 1, 1, 1, 1e-3, 0.01).silu());
        return Network.input(3, 32, 32)
                .then("features", features)
                .globalAvgPool2d()
                .then("classifier", named("1", Dense.of(5)))
                .build(1, type);
    }
}
