package io.github.bn4j;

import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.bias.internal.Continuation;
import io.github.bn4j.bias.internal.ModelBiases;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.Chain;
import io.github.bn4j.layer.Sequence;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * A network under construction: layers one after another, on one input or on what a trained network computes. Immutable: every
 * step returns a new builder.
 */
public final class NetworkBuilder implements Chain<NetworkBuilder> {

    private static final String INPUT = "features";

    private final String name;
    private final Graph start;
    private final @Nullable Continuation trained;
    private final Sequence layers;

    private NetworkBuilder(String name, Graph start, @Nullable Continuation trained, Sequence layers) {
        this.name = name;
        this.start = start;
        this.trained = trained;
        this.layers = layers;
    }

    /** On one input. */
    static NetworkBuilder on(Shape shape) {
        Tracer tracer = new Tracer();
        tracer.output(INPUT, tracer.input(INPUT, shape));
        return new NetworkBuilder("Network.input(" + shape + ")", tracer.graph(), null, Sequence.of());
    }

    /**
     * On the only output of a part of a trained network.
     *
     * @param layer what that part ends with
     */
    static NetworkBuilder on(String layer, Graph part, Model trained) {
        return new NetworkBuilder("upTo(" + layer + ")", part, new Continuation(part, trained), Sequence.of());
    }

    @Override
    public NetworkBuilder then(Layer layer) {
        return new NetworkBuilder(name, start, trained, layers.then(layer));
    }

    @Override
    public NetworkBuilder then(String layerName, Layer layer) {
        return new NetworkBuilder(name, start, trained, layers.then(layerName, layer));
    }

    /**
     * Builds the network, in float32 or in the type of the trained network that it goes on from.
     *
     * @param seed of the initial parameters, of shuffling and of random masks
     * @throws io.github.bn4j.graph.ShapeException if a layer cannot work on what the one before it yields
     */
    public Network build(long seed) {
        return build(seed, trained == null ? DataType.FLOAT : trained.type());
    }

    /**
     * Builds the network in the given floating-point type: FLOAT or DOUBLE.
     *
     * @throws IllegalArgumentException if it is another type
     */
    public Network build(long seed, DataType type) {
        checkGiven(type, "build", "a DataType");
        Tracer tracer = new Tracer(start);
        Value x = start.outputs().values().iterator().next();
        Value y = layers.trace(tracer.scope(), x);
        tracer.output(y.name(), y);
        Graph graph = tracer.graph();
        return Network.of(trained == null ? ModelBiases.decided(graph, seed, type) : trained.build(graph, seed, type));
    }

    @Override
    public String toString() {
        return name + " " + layers;
    }
}
