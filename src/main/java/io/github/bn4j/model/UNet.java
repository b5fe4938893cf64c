package io.github.bn4j.model;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.ConvTranspose2d;
import io.github.bn4j.layer.Interpolation;
import io.github.bn4j.layer.MaxPool2d;
import io.github.bn4j.layer.Relu;
import io.github.bn4j.layer.Sequence;
import io.github.bn4j.layer.Upsample2d;
import io.github.bn4j.layer.ZeroPad2d;
import io.github.bn4j.op.Concatenation;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * U-Net (Ronneberger et al. 2015, figure 1) with batch normalisation and padded convolutions, so that it yields scores for every pixel,
 * {@code [classes, height, width]}. Names are those of milesial/Pytorch-UNet, as torchvision has none.
 *
 * @param width filters of the first convolutions, an even number, 64 by default; each step down has twice those of the one above it
 * @param bilinear whether images get larger by interpolation, aligned at the corners, instead of a transposed convolution; false by default
 * @param task classes and size of the images: 2 classes and 3×256×256 by default, at least 16×16
 */
public record UNet(int width, boolean bilinear, ImageTask task) implements ReferenceNetwork<UNet> {

    public UNet {
        checkGiven(task, "UNet", "an ImageTask");
        checkArgument(width >= 2 && width % 2 == 0, "UNet expects an even width of at least 2 but got %s", width);
    }

    /** For colour images of 256×256 with a foreground and a background. */
    public static UNet of() {
        return new UNet(64, false, new ImageTask(2, 3, 256, 256));
    }

    /** Sets the filters of the first convolutions, an even number, 64 by default; the other layers keep their ratio to it. */
    public UNet width(int width) {
        return new UNet(width, bilinear, task);
    }

    /** Makes images larger by interpolation, or, by default, by transposed convolutions. */
    public UNet bilinear(boolean bilinear) {
        return new UNet(width, bilinear, task);
    }

    @Override
    public UNet task(ImageTask task) {
        return new UNet(width, bilinear, task);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        int shrunk = bilinear ? 2 : 1;
        Deque<Value> skips = new ArrayDeque<>();
        Value y = scope.call("inc", twice(width, width), x);
        for (int i = 1; i <= 4; i++) {
            skips.push(y);
            int filters = (width << i) / (i == 4 ? shrunk : 1);
            Sequence down = Numbered.of(MaxPool2d.of(2), twice(filters, filters));
            y = scope.call("down" + i, Sequence.of().then("maxpool_conv", down), y);
        }
        for (int i = 1; i <= 4; i++) {
            int channels = width << (5 - i);
            int filters = channels / 2 / (i == 4 ? 1 : shrunk);
            y = scope.call("up" + i, up(channels, filters, skips.pop()), y);
        }
        return scope.call("outc", Sequence.of().then("conv", Conv2d.of(task.classes(), 1)), y);
    }

    private static Sequence twice(int between, int filters) {
        return Sequence.of()
                .then(
                        "double_conv",
                        Numbered.of(
                                Conv2d.of(between, 3).padding(1),
                                BatchNorm2d.of(),
                                Relu.of(),
                                Conv2d.of(filters, 3).padding(1),
                                BatchNorm2d.of(),
                                Relu.of()));
    }

    /** Twice as large, padded to the size of the skip where that was odd, and together with it twice convolved. */
    private Layer up(int channels, int filters, Value skip) {
        Layer enlarging = bilinear
                ? Upsample2d.of(2).interpolation(Interpolation.BILINEAR_ALIGNED)
                : ConvTranspose2d.of(channels / 2, 2).stride(2);
        return (scope, x) -> {
            Value y = scope.call("up", enlarging, x);
            int rows = (int) (skip.shape().dim(1) - y.shape().dim(1));
            int columns = (int) (skip.shape().dim(2) - y.shape().dim(2));
            Value fitting = rows + columns == 0
                    ? y
                    : scope.call(ZeroPad2d.of(rows / 2, rows - rows / 2, columns / 2, columns - columns / 2), y);
            Value both = scope.apply(new Concatenation(0), skip, fitting);
            return scope.call("conv", twice(bilinear ? channels / 2 : filters, filters), both);
        };
    }

    @Override
    public String toString() {
        return "U-Net" + (bilinear ? " (bilinear)" : "");
    }
}
