package io.github.bn4j.layer;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.AdaptiveMaxPooling;
import io.github.bn4j.op.MaxPooling;
import io.github.bn4j.op.Sliding;

/**
 * The largest elements of as many windows as are wanted, whatever the size of the image: row {@code i} of {@code n} is that of rows {@code ⌊i
 * height / n⌋} to below {@code ⌈(i + 1) height / n⌉}; columns likewise. Input {@code [channels, height, width]}, output {@code
 * [channels, size]}; learns nothing. For one window, {@link GlobalMaxPool2d} yields {@code [channels]}.
 *
 * @param size rows and columns of the result, at least 1 each
 */
public record AdaptiveMaxPool2d(Size size) implements Layer {

    public AdaptiveMaxPool2d {
        Images.checkSize("AdaptiveMaxPool2d", size);
    }

    /** As many rows as columns. */
    public static AdaptiveMaxPool2d of(int size) {
        return of(size, size);
    }

    /** To {@code height} rows and {@code width} columns. */
    public static AdaptiveMaxPool2d of(int height, int width) {
        return new AdaptiveMaxPool2d(new Size(height, width));
    }

    @Override
    public Value trace(Scope scope, Value x) {
        Shape image = Images.require(x);
        long height = image.dim(1) / size.height();
        long width = image.dim(2) / size.width();
        if (height * size.height() != image.dim(1) || width * size.width() != image.dim(2)) {
            return scope.apply(new AdaptiveMaxPooling(size.height(), size.width()), x);
        }
        int rows = Math.toIntExact(height);
        int columns = Math.toIntExact(width);
        return scope.apply(new MaxPooling(rows, columns, Sliding.by(rows), Sliding.by(columns)), x);
    }

    @Override
    public String toString() {
        return "AdaptiveMaxPool2d(" + size + ")";
    }
}
