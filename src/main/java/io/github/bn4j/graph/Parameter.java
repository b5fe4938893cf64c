package io.github.bn4j.graph;

/**
 * The description of a tensor that belongs to the network rather than to an example; its values live in
 * {@link Parameters}.
 *
 * @param name unique name: the layer's path, a dot, and what it is, such as {@code conv2d_1.weight}
 * @param shape whole shape; there is no batch axis
 * @param initializer where its first values come from
 * @param role whether it is for the optimiser to change
 * @param decays whether weight decay applies; false for gamma, beta, biases and state
 * @param frozen whether training leaves it as it is all the same, and computes no gradient by it
 */
public record Parameter(String name, Shape shape, Initializer initializer, Role role, boolean decays, boolean frozen) {

    /** One that is not frozen. */
    public Parameter(String name, Shape shape, Initializer initializer, Role role, boolean decays) {
        this(name, shape, initializer, role, decays, false);
    }

    /** Whether the optimiser changes it. */
    public boolean trainable() {
        return role == Role.TRAINABLE && !frozen;
    }

    /** Goes by another name. */
    public Parameter named(String other) {
        return new Parameter(other, shape, initializer, role, decays, frozen);
    }

    /** Has another role. */
    public Parameter role(Role other) {
        return new Parameter(name, shape, initializer, other, decays, frozen);
    }

    /** Is left as it is by training, or not. */
    public Parameter frozen(boolean freeze) {
        return new Parameter(name, shape, initializer, role, decays, freeze);
    }

    @Override
    public String toString() {
        return name + " " + shape;
    }
}
