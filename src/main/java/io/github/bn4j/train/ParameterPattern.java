package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.internal.ParameterPatterns;
import java.io.Serializable;
import java.util.List;

/** A pattern of names of parameters, such as {@code conv2d_1.weight}, or of the layers and blocks that they belong to. */
record ParameterPattern(String pattern) implements Serializable {

    boolean fits(Parameter parameter) {
        return ParameterPatterns.fits(pattern, parameter.name());
    }

    /** Checks that it fits one of {@code trained}. */
    void check(String who, List<Parameter> trained) {
        checkArgument(
                trained.stream().anyMatch(this::fits),
                "%s expects a pattern that fits trainable parameters but got \"%s\"; this network has %s",
                who,
                pattern,
                trained.stream().map(Parameter::name).toList());
    }

    @Override
    public String toString() {
        return pattern;
    }
}
