package io.github.bn4j.model;

import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Value;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * The words that every reference network has. Each returns the description with one setting changed, and throws {@link
 * IllegalArgumentException} for what it cannot be.
 *
 * <p>A reference network is a layer as well: {@code Network.input(3, 64, 64).then("encoder", ResNet.of(18))}, whatever its own input is.
 *
 * @param <N> the reference network itself
 */
public interface ReferenceNetwork<N extends ReferenceNetwork<N>> extends Layer {

    /** Classes and size of the images. */
    ImageTask task();

    /** Sets them all. */
    N task(ImageTask task);

    /** Sets how many classes there are to tell apart, at least 1. */
    default N classes(int classes) {
        return task(task().classes(classes));
    }

    /** Sets the size of the images, at least 1 each; how small they can be depends on the network. */
    default N input(int channels, int height, int width) {
        return task(task().input(channels, height, width));
    }

    /**
     * Builds the network in float32, on one input {@code features [channels, height, width]}.
     *
     * @param seed of the initial parameters, of shuffling and of random masks
     * @throws io.github.bn4j.graph.ShapeException if the images are too small
     */
    default Network build(long seed) {
        return build(seed, DataType.FLOAT);
    }

    /**
     * Builds the network in the given floating-point type: FLOAT or DOUBLE.
     *
     * @throws io.github.bn4j.graph.ShapeException if the images are too small
     * @throws IllegalArgumentException if it is another type
     */
    default Network build(long seed, DataType type) {
        checkGiven(type, "build", "a DataType");
        GraphBuilder g = new GraphBuilder();
        Value images = g.input("features", task().image().dims());
        return g.build(seed, type, outputs(g, images).toArray(Value[]::new));
    }

    /**
     * Adds the network to a graph, for networks that are only a part of it. Layers get the names that they have when it is built alone.
     *
     * @param images {@code [channels, height, width]}, of any size that is large enough
     * @return the scores, and those of auxiliary classifiers if there are any
     * @throws io.github.bn4j.graph.ShapeException if the images are too small
     */
    default List<Value> outputs(GraphBuilder g, Value images) {
        checkGiven(g, "outputs", "a GraphBuilder");
        return List.of(g.inline(this, images));
    }
}
