package io.github.bn4j.networks;

import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.Flatten;
import io.github.bn4j.layer.GlobalAvgPool2d;
import io.github.bn4j.op.LogSoftmax;
import io.github.bn4j.op.Slicing;
import io.github.bn4j.op.Softmax;
import io.github.bn4j.op.Subtraction;
import io.github.bn4j.train.Loss;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How the blocks of a drawn network are put together, from its inputs to its outputs. */
final class Architecture {

    /** How often a convolution with kernel 3 may multiply, for the whole batch. */
    private static final double PRODUCTS = 2.5e6;

    private final GraphBuilder g = new GraphBuilder();
    private final Draw draw;
    private final int batch;
    private final double products;
    private final ImageBlocks images;
    private final FeatureBlocks features;
    private final List<Value> outputs = new ArrayList<>();
    private final Map<String, Loss> losses = new LinkedHashMap<>();

    Architecture(Draw draw, int batch, boolean overSequences) {
        this.draw = draw;
        this.batch = batch;
        products = draw.chance(0.025) ? 10 * PRODUCTS : PRODUCTS;
        images = new ImageBlocks(g, draw, batch);
        features = new FeatureBlocks(g, draw, batch);
        if (overSequences) {
            overSequences();
            return;
        }
        switch (draw.from(0, 9)) {
            case 0 -> overFeatures();
            case 1 -> twins();
            case 2, 3 -> uShaped();
            default -> classifier();
        }
    }

    /** A network of this architecture. */
    Network build(long seed) {
        return g.build(seed, outputs.toArray(Value[]::new));
    }

    /** What its outputs are for, by name. */
    Map<String, Loss> losses() {
        return losses;
    }

    private void overFeatures() {
        Value x = g.input("features", draw.from(2, 80));
        Value y = x;
        for (int block = draw.from(2, 5); block > 0; block--) {
            y = features.any(y);
            auxiliary(y);
        }
        head(draw.chance(0.2) ? g.concat(y, x) : y);
    }

    /** Signals in time: told what they are of, or what each moment is (Perslev et al. 2019, figure 1). */
    private void overSequences() {
        SequenceBlocks sequences = new SequenceBlocks(g, draw, batch);
        int length = draw.from(8, draw.oneOf(20, 100));
        int most = draw.channels((int) Math.sqrt(products / (3.0 * batch * length)));
        Value x = g.input("signal", draw.chance(0.2) ? draw.channels(most) : draw.oneOf(1, 3), length);
        Value y = x;
        for (int stage = draw.from(1, 3); stage > 0; stage--) {
            y = sequences.half(sequences.any(y, most), draw.channels(most));
        }
        if (draw.chance(0.7)) {
            head(sequences.vector(y));
            return;
        }
        y = sequences.unit(sequences.twiceAsLong(y, draw.channels(most)), draw.channels(most));
        output(y, Loss.meanSquaredError());
    }

    private void classifier() {
        Value y = image("image");
        for (int stage = draw.from(1, 3); stage > 0; stage--) {
            for (int block = draw.from(1, 2); block > 0; block--) {
                y = images.any(y, room(y));
            }
            auxiliary(y);
            y = images.half(y, draw.channels(room(y)));
        }
        Value seen = vector(y);
        head(draw.chance(0.1) ? g.concat(seen, features.unit(g.input("features", draw.from(1, 20)), 16)) : seen);
    }

    /** One network of layers that look at two images, and what tells them apart (Bromley et al. 1993, figure 1). */
    private void twins() {
        Value one = image("one");
        Value other = g.input("other", one.shape().dims());
        int filters = draw.channels(room(one));
        List<Layer> shared = List.of(
                Conv2d.of(filters, 3),
                draw.batchNorm2d(),
                draw.activation(),
                Conv2d.of(draw.channels(room(one)), 3).stride(2),
                draw.activation());
        for (Layer layer : shared) {
            one = g.call(layer, one);
            other = g.call(layer, other);
        }
        Layer flat = vector(one.shape());
        Value apart = g.apply(new Subtraction(), g.call(flat, one), g.call(flat, other));
        head(draw.chance(0.5) ? g.multiply(apart, apart) : apart);
    }

    /** Down and up again, past what each level had seen before (Ronneberger et al. 2015, figure 1). */
    private void uShaped() {
        Value y = image("image");
        int filters = draw.channels(room(y));
        Deque<Value> levels = new ArrayDeque<>();
        for (int level = draw.from(1, 2); level > 0; level--) {
            y = images.any(y, filters);
            levels.push(y);
            y = images.half(y, filters);
            filters = Math.min(80, filters * 3 / 2);
        }
        y = images.any(y, filters);
        while (!levels.isEmpty()) {
            Value level = levels.pop();
            y = images.twiceAsLarge(y, draw.channels(filters));
            long height = Math.min(y.shape().dim(1), level.shape().dim(1));
            long width = Math.min(y.shape().dim(2), level.shape().dim(2));
            y = images.unit(g.concat(cut(y, height, width), cut(level, height, width)), draw.channels(filters));
        }
        Value map = images.convolution(y, draw.from(1, 5), 1);
        output(draw.chance(0.3) ? g.call(draw.activation(), map) : map, Loss.meanSquaredError());
        auxiliary(y);
    }

    private Value cut(Value x, long height, long width) {
        Value y = x.shape().dim(1) == height ? x : g.apply(new Slicing(1, 0, (int) height), x);
        return y.shape().dim(2) == width ? y : g.apply(new Slicing(2, 0, (int) width), y);
    }

    private Value image(String name) {
        int height = draw.from(5, draw.oneOf(9, 16, 40));
        int width = draw.chance(0.6) ? height : draw.from(5, draw.oneOf(9, 16, 40));
        int channels = draw.chance(0.2) ? draw.channels(room(height, width)) : draw.oneOf(1, 3);
        Value x = g.input(name, channels, height, width);
        return draw.chance(0.1) ? images.norm(x) : x;
    }

    /** The largest number of channels that convolutions of this image may have. */
    private int room(Value x) {
        int room = room(ImageBlocks.height(x), ImageBlocks.width(x));
        return Math.max(3, Math.min(room, room * room / ImageBlocks.channels(x)));
    }

    private int room(int height, int width) {
        return (int) Math.max(3, Math.sqrt(products / (9.0 * batch * height * width)));
    }

    private Value vector(Value image) {
        return g.call(vector(image.shape()), image);
    }

    private Layer vector(Shape image) {
        boolean few = images.hasFewValues(image);
        return few && (image.size() > 2000 || draw.chance(0.5)) ? GlobalAvgPool2d.of() : Flatten.of();
    }

    private void auxiliary(Value x) {
        if (draw.chance(0.12)) {
            head(x.shape().rank() == 3 ? vector(x) : x);
        } else if (draw.chance(0.03)) {
            output(x, Loss.meanSquaredError());
        }
    }

    private void head(Value x) {
        Value y = draw.chance(0.5) ? features.unit(x, draw.channels(80)) : x;
        switch (batch == 1 ? draw.from(1, 3) : draw.from(0, 9)) {
            case 0 -> output(g.apply(new Softmax(), classes(y)), Loss.meanSquaredError());
            case 1 -> output(g.apply(new LogSoftmax(), classes(y)), Loss.meanSquaredError());
            case 2, 3 -> output(g.call(Dense.of(draw.from(1, 20)), y), Loss.meanSquaredError());
            default -> output(classes(y), Loss.softmaxCrossEntropy());
        }
    }

    private Value classes(Value x) {
        return g.call(Dense.of(draw.from(2, 20)), x);
    }

    /* A layer called twice would give two outputs of one name. */
    private void output(Value value, Loss loss) {
        if (!losses.containsKey(value.name())) {
            losses.put(value.name(), loss);
            outputs.add(value);
        }
    }
}
