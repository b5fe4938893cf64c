package io.github.bn4j.bias;

import io.github.bn4j.graph.Shift;

/**
 * One operation on the path of a constant.
 *
 * @param layer path of the layer whose operation it is
 * @param op label of the operation
 * @param shift what the constant has become behind it
 * @param because why, as a clause that follows the layer's name
 */
public record Stop(String layer, String op, Shift shift, String because) {

    @Override
    public String toString() {
        return layer + " " + because;
    }
}
