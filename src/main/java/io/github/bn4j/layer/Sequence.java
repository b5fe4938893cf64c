package io.github.bn4j.layer;

import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Layers one after another, as one layer. Immutable: every method returns a new sequence, so a half-built one can be kept
 * and branched. A layer put in twice is two layers; a sequence called twice shares its parameters.
 */
public final class Sequence implements Layer, Chain<Sequence> {

    private final List<Step> steps;

    private Sequence(List<Step> steps) {
        this.steps = List.copyOf(steps);
    }

    /** An empty sequence, which passes its input on. */
    public static Sequence of() {
        return new Sequence(List.of());
    }

    @Override
    public Sequence then(Layer layer) {
        return with(null, layer);
    }

    @Override
    public Sequence then(String name, Layer layer) {
        checkGiven(name, "then", "a name for the layer");
        return with(name, layer);
    }

    private Sequence with(@Nullable String name, Layer layer) {
        checkGiven(layer, "then", "a layer");
        List<Step> longer = new ArrayList<>(steps);
        longer.add(new Step(name, layer));
        return new Sequence(longer);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        Value y = x;
        for (Step step : steps) {
            y = step.call(scope, y);
        }
        return y;
    }

    @Override
    public String toString() {
        return steps.stream().map(Step::toString).collect(Collectors.joining(" → ", "Sequence(", ")"));
    }
}
