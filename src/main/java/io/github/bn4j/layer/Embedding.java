package io.github.bn4j.layer;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Gathering;

/**
 * A learned vector for each of some words, classes or other things that are told by numbers. Input of any shape, whole numbers from 0
 * to {@code count − 1} in the type of the network; output {@code [shape, width]}. Learns {@code weight [count, width]}, at first
 * normally distributed with deviation 1. Other numbers are refused when the network runs.
 *
 * @param count how many things there are, at least 1
 * @param width length of a vector, at least 1
 */
public record Embedding(int count, int width) implements Layer {

    /** Refuses counts and widths below 1. */
    public Embedding {
        checkArgument(count >= 1, "Embedding expects a count of at least 1 but got %s", count);
        checkArgument(width >= 1, "Embedding expects a width of at least 1 but got %s", width);
    }

    /** A vector of length {@code width} for each number below {@code count}. */
    public static Embedding of(int count, int width) {
        return new Embedding(count, width);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        return scope.apply(new Gathering(), x, scope.weight("weight", Shape.of(count, width), Initializer.normal(1)));
    }

    @Override
    public String toString() {
        return "Embedding(" + count + ", " + width + ")";
    }
}
