package io.github.bn4j.layer;

import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.Addition;

/**
 * The sum of a branch and a shortcut: {@code y = branch(x) + shortcut(x)} (He et al. 2016, Deep Residual Learning, section
 * 3.2). Both must yield the same shape.
 *
 * @param branch what is learned
 * @param shortcut what it is added to; the input itself unless given
 */
public record Residual(Layer branch, Layer shortcut) implements Layer {

    public Residual {
        checkGiven(branch, "Residual", "a layer as its branch");
        checkGiven(shortcut, "Residual", "a layer as its shortcut");
    }

    /** A branch added to the input itself. */
    public static Residual of(Layer branch) {
        return new Residual(branch, Sequence.of());
    }

    /**
     * Puts a layer on the way past the branch, such as a convolution with kernel 1 and stride 2 where the branch changes the
     * shape.
     */
    public Residual shortcut(Layer shortcut) {
        return new Residual(branch, shortcut);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        Value learned = scope.call("branch", branch, x);
        Value kept = scope.call("shortcut", shortcut, x);
        if (!learned.shape().equals(kept.shape())) {
            throw ShapeException.expected(
                    "a branch that yields " + kept.shape() + " like its shortcut",
                    learned.shape(),
                    "give the branch that shape or use a shortcut that changes it");
        }
        return scope.apply(new Addition(), learned, kept);
    }

    @Override
    public String toString() {
        boolean plain = shortcut.toString().equals(Sequence.of().toString());
        return "Residual(" + branch + (plain ? "" : ", shortcut " + shortcut) + ")";
    }
}
