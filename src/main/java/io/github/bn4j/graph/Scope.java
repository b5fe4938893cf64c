package io.github.bn4j.graph;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkEachGiven;
import static io.github.bn4j.internal.Checks.checkGiven;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What a layer traces into: it makes parameters and state, applies ops, calls other layers and gives everything its
 * name. Lives for one call of one layer.
 */
public final class Scope {

    private final Tracer tracer;
    private final String path;
    private final Map<String, Integer> counters = new HashMap<>();
    private final IdentityHashMap<Layer, String> called = new IdentityHashMap<>();
    private final Set<String> own = new HashSet<>();

    Scope(Tracer tracer, String path) {
        this.tracer = tracer;
        this.path = path;
    }

    /** The result of {@code op} on {@code x}. */
    public Value apply(Op op, Value x) {
        return apply(op, List.of(x), List.of());
    }

    /** The result of {@code op} on several values. */
    public Value apply(Op op, Value first, Value second) {
        return apply(op, List.of(first, second), List.of());
    }

    /** The result of {@code op} on {@code x} with parameters: the trainable ones first, then state. */
    public Value apply(Op op, Value x, Parameter... parameters) {
        return apply(op, List.of(x), List.of(parameters));
    }

    /**
     * The result of {@code op} on values and parameters: the trainable ones first, then state.
     *
     * @throws ShapeException if the op cannot work with their shapes
     */
    public Value apply(Op op, List<Value> inputs, List<Parameter> parameters) {
        checkGiven(op, "Scope.apply", "an Op");
        if (!path.isEmpty()) {
            return tracer.apply(path, op, inputs, parameters);
        }
        String name = fresh(op.label());
        try {
            Value output = tracer.apply(name, op, inputs, parameters);
            tracer.layer(name, op.label());
            return output;
        } catch (ShapeException e) {
            throw e.by("op " + op.label());
        }
    }

    /**
     * Adds a bias of one value per channel (axis 0 of {@code x}), initially 0. With {@link UseBias#AUTO} it is kept only
     * where it can change an output of the finished network.
     */
    public Value addBias(Value x, UseBias useBias) {
        checkGiven(useBias, "Scope.addBias", "a UseBias");
        if (x.shape().rank() < 1) {
            throw ShapeException.expected("an output with channels to add a bias to", x.shape());
        }
        return apply(new AddBias(useBias), x, vector("bias", Shape.of(x.shape().dim(0)), Initializer.constant(0)));
    }

    /** A trainable parameter that weight decay applies to. */
    public Parameter weight(String name, Shape shape, Initializer initializer) {
        return parameter(name, shape, initializer, Role.TRAINABLE, true);
    }

    /** A trainable parameter exempt from weight decay, such as a scale or a shift. */
    public Parameter vector(String name, Shape shape, Initializer initializer) {
        return parameter(name, shape, initializer, Role.TRAINABLE, false);
    }

    /** A tensor that the optimiser never changes, such as running statistics. */
    public Parameter state(String name, Shape shape, Initializer initializer) {
        return parameter(name, shape, initializer, Role.STATE, false);
    }

    private Parameter parameter(String name, Shape shape, Initializer initializer, Role role, boolean decays) {
        checkGiven(name, "parameter", "a name");
        checkGiven(shape, "parameter", "a shape");
        checkGiven(initializer, "parameter", "an Initializer");
        checkArgument(own.add(name), "layer \"%s\" expects distinct parameter names but got \"%s\" twice", path, name);
        String full = path.isEmpty() ? name : path + "." + name;
        return tracer.parameter(new Parameter(full, shape, initializer, role, decays));
    }

    /**
     * Calls another layer, named after its label and a number. The same layer <em>object</em> called again in this scope
     * is the same layer: it shares its parameters.
     *
     * @param more further inputs, for a layer that takes several
     */
    public Value call(Layer layer, Value x, Value... more) {
        checkCall(layer, x, more);
        String name = called.computeIfAbsent(layer, any -> fresh(layer.label()));
        return trace(name, layer, x, more);
    }

    /**
     * Calls another layer under the given name.
     *
     * @throws IllegalArgumentException if the name is empty, contains a dot, or belongs to another layer
     */
    public Value call(String name, Layer layer, Value x, Value... more) {
        checkGiven(name, "call", "a name for the layer");
        checkCall(layer, x, more);
        checkArgument(
                !name.isEmpty() && !name.contains("."),
                "layer name expects letters, digits and underscores but got \"%s\"",
                name);
        String before = called.get(layer);
        checkArgument(
                before == null ? !taken(name) : before.equals(name),
                "layer name expects to be new but got \"%s\" again; give every layer a name of its own",
                name);
        called.put(layer, name);
        return trace(name, layer, x, more);
    }

    private static void checkCall(Layer layer, Value x, Value... more) {
        checkGiven(layer, "call", "a layer");
        checkGiven(x, "call", "a value to call the layer on");
        checkEachGiven(more, "call", "values to call the layer on");
    }

    private Value trace(String name, Layer layer, Value x, Value... more) {
        String inner = full(name);
        String description = describe(layer);
        tracer.layer(inner, description);
        try {
            List<Value> inputs = new ArrayList<>(List.of(x));
            inputs.addAll(List.of(more));
            return layer.trace(new Scope(tracer, inner), inputs);
        } catch (ShapeException e) {
            throw e.by("layer \"" + inner + "\" " + description, tracer.source(x), tracer.hint());
        }
    }

    private static String describe(Layer layer) {
        return layer.label().equals("Layer") ? "Layer" : layer.toString();
    }

    private String fresh(String label) {
        String base = label.toLowerCase(Locale.ROOT);
        String name;
        do {
            name = base + "_" + counters.merge(base, 1, Integer::sum);
        } while (taken(name));
        return name;
    }

    private boolean taken(String name) {
        return (path.isEmpty() && tracer.hasLayer(full(name))) || called.containsValue(name);
    }

    private String full(String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
