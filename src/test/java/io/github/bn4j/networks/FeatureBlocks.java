package io.github.bn4j.networks;

import io.github.bn4j.GraphBuilder;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.layer.Dense;
import io.github.bn4j.layer.Dropout;
import io.github.bn4j.layer.LayerNorm;
import io.github.bn4j.layer.Sigmoid;
import io.github.bn4j.op.Subtraction;

/** The blocks that networks over plain features are made of. */
final class FeatureBlocks {

    /** With fewer examples, batch normalisation leaves of a gradient by features little but rounding. */
    private static final int ENOUGH = 8;

    private final GraphBuilder g;
    private final Draw draw;
    private final int batch;

    FeatureBlocks(GraphBuilder g, Draw draw, int batch) {
        this.g = g;
        this.draw = draw;
        this.batch = batch;
    }

    Value any(Value x) {
        int units = draw.channels(80);
        return switch (draw.from(0, 6)) {
            case 0 -> residual(x);
            case 1 -> gated(x, units);
            case 2 -> twice(x);
            case 3 -> g.concat(x, unit(x, units));
            default -> unit(x, units);
        };
    }

    /** Dense layer, norm, activation, dropout now and then. */
    Value unit(Value x, int units) {
        Value y = g.call(draw.activation(), norm(dense(x, units)));
        return draw.chance(0.15) ? g.call(Dropout.of(0.3), y) : y;
    }

    private Value residual(Value x) {
        int features = (int) x.shape().dim(0);
        Value branch = norm(dense(unit(x, draw.channels(80)), features));
        Value sum = draw.chance(0.5) ? g.add(branch, x) : g.add(x, branch);
        return draw.chance(0.7) ? g.call(draw.activation(), sum) : sum;
    }

    private Value gated(Value x, int units) {
        Value y = dense(x, units);
        Value other = dense(x, units);
        Value joined = draw.chance(0.6)
                ? g.multiply(y, g.call(Sigmoid.of(), other))
                : g.apply(new Subtraction(), norm(y), other);
        return g.call(draw.activation(), norm(joined));
    }

    private Value twice(Value x) {
        Dense shared = Dense.of((int) x.shape().dim(0));
        BatchNorm1d norm = draw.batchNorm1d();
        boolean normed = batch >= ENOUGH;
        Value y = g.call(shared, x);
        y = g.call(draw.activation(), normed ? g.call(norm, y) : y);
        Value z = g.call(shared, y);
        return g.call(draw.activation(), normed ? g.call(norm, z) : z);
    }

    private Value dense(Value x, int units) {
        Dense layer = Dense.of(units);
        return g.call(draw.chance(0.1) ? layer.useBias(true) : layer, x);
    }

    private Value norm(Value x) {
        if (batch >= ENOUGH && draw.chance(0.8)) {
            return g.call(draw.batchNorm1d(), x);
        }
        return draw.chance(0.3) && x.shape().size() >= 8 ? g.call(LayerNorm.of(), x) : x;
    }
}
