package io.github.bn4j;

import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.Chain;
import io.github.bn4j.layer.Sequence;
import org.nd4j.linalg.api.buffer.DataType;

/** A network under construction: one input and layers one after another. Immutable: every step returns a new builder. */
public final class NetworkBuilder implements Chain<NetworkBuilder> {

    private static final String INPUT = "features";

    private final Shape input;
    private final Sequence layers;

    NetworkBuilder(Shape input) {
        this(input, Sequence.of());
    }

    private NetworkBuilder(Shape input, Sequence layers) {
        this.input = input;
        this.layers = layers;
    }

    @Override
    public NetworkBuilder then(Layer layer) {
        return new NetworkBuilder(input, layers.then(layer));
    }

    @Override
    public NetworkBuilder then(String name, Layer layer) {
        return new NetworkBuilder(input, layers.then(name, layer));
    }

    /**
     * Builds the network in float32.
     *
     * @param seed of the initial parameters, of shuffling and of random masks
     * @throws io.github.bn4j.graph.ShapeException if a layer cannot work on what the one before it yields
     */
    public Network build(long seed) {
        return build(seed, DataType.FLOAT);
    }

    /**
     * Builds the network in the given floating-point type: FLOAT or DOUBLE.
     *
     * @throws IllegalArgumentException if it is another type
     */
    public Network build(long seed, DataType type) {
        checkGiven(type, "build", "a DataType");
        Tracer tracer = new Tracer();
        Value x = tracer.input(INPUT, input);
        Value y = layers.trace(tracer.scope(), x);
        tracer.output(y.name(), y);
        return Network.build(tracer.graph(), seed, type);
    }

    @Override
    public String toString() {
        return "Network.input(" + input + ") " + layers;
    }
}
