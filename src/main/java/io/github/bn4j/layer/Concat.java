package io.github.bn4j.layer;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Concatenation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The channels of several branches of the same input, one after another. All other dimensions must agree.
 *
 * @param branches at least one; an empty {@link Sequence} passes the input on
 */
public record Concat(List<Layer> branches) implements Layer {

    public Concat {
        checkGiven(branches, "Concat", "layers as its branches");
        for (Layer branch : branches) {
            checkGiven(branch, "Concat", "layers as its branches");
        }
        checkArgument(!branches.isEmpty(), "Concat expects at least one branch but got none");
        branches = List.copyOf(branches);
    }

    /** The given branches. */
    public static Concat of(Layer... branches) {
        return new Concat(Arrays.asList(checkGiven(branches, "Concat", "layers as its branches")));
    }

    @Override
    public Value trace(Scope scope, Value x) {
        List<Value> parts = new ArrayList<>();
        for (Layer branch : branches) {
            parts.add(scope.call("branch_" + (parts.size() + 1), branch, x));
        }
        return scope.apply(new Concatenation(0), parts, List.of());
    }

    @Override
    public String toString() {
        return "Concat("
                + String.join(" | ", branches.stream().map(Layer::toString).toList()) + ")";
    }
}
