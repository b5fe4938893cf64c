package io.github.bn4j.graph;

/**
 * A symbolic tensor of a graph: what an input brings in or what one op call yields, for every example of a batch.
 *
 * @param id number of the value, unique in its graph and kept by rewrites
 * @param name path of the layer that made it, or name of the input
 * @param shape shape per example
 */
public record Value(int id, String name, Shape shape) {

    @Override
    public String toString() {
        return name + " " + shape;
    }
}
