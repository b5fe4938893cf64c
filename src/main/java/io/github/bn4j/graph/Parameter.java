package io.github.bn4j.graph;

/**
 * The description of a tensor that belongs to the network rather than to an example; its values live in
 * {@link Parameters}.
 *
 * @param name unique name: the layer's path, a dot, and what it is, such as {@code conv2d_1.weight}
 * @param shape whole shape; there is no batch axis
 * @param initializer where its first values come from
 * @param role whether the optimiser changes it
 * @param decays whether weight decay applies; false for gamma, beta, biases and state
 */
public record Parameter(String name, Shape shape, Initializer initializer, Role role, boolean decays) {

    /** Whether the optimiser changes it. */
    public boolean trainable() {
        return role == Role.TRAINABLE;
    }

    @Override
    public String toString() {
        return name + " " + shape;
    }
}
