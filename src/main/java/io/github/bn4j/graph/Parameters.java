package io.github.bn4j.graph;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;
import static java.util.Objects.requireNonNull;

import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.HostMemory;
import io.github.bn4j.internal.MemoryLimit;
import io.github.bn4j.internal.Tensors;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The values of all parameters: the trainable ones in one flat vector, their gradients in a second of the same layout,
 * running statistics in a third. What {@link #get} returns is a view, so reading shows the present and writing changes
 * the network.
 *
 * <p>The flat vector starts with the parameters that weight decay applies to and goes on with gamma, beta and biases, so
 * that an optimiser needs one operation per range however many layers there are. Each parameter starts at a multiple of
 * 16 elements; the elements between are 0 and stay 0.
 */
public final class Parameters {

    private static final int ALIGNMENT = 16;

    /** Most elements of an array of Java, which parameters pass through on their way to files. */
    private static final long LARGEST = Integer.MAX_VALUE - 8;

    private record Slot(Parameter parameter, INDArray value, @Nullable INDArray gradient) {}

    private final DataType type;
    private final Map<String, Slot> slots = new LinkedHashMap<>();
    private final INDArray trainable;
    private final INDArray gradients;
    private final INDArray state;
    private final ReadWriteLock steps;

    /**
     * A store of zeros.
     *
     * @param parameters what to hold; the order is that of {@link #names}
     * @param type floating-point type of all values: FLOAT or DOUBLE
     * @throws IllegalArgumentException if it is another
     */
    public Parameters(Collection<Parameter> parameters, DataType type) {
        checkArgument(
                type == DataType.FLOAT || type == DataType.DOUBLE,
                "network expects parameters of type FLOAT or DOUBLE but got %s; take DataType.FLOAT",
                type);
        requireMemory(parameters, type);
        this.type = type;
        steps = new ReentrantReadWriteLock();
        List<Parameter> trained = trained(parameters);
        List<Parameter> untrained =
                parameters.stream().filter(parameter -> !parameter.trainable()).toList();
        trainable = Tensors.zeros(type, Math.max(ALIGNMENT, length(trained)));
        gradients = Tensors.zeros(type, Math.max(ALIGNMENT, length(trained)));
        state = Tensors.zeros(type, Math.max(ALIGNMENT, length(untrained)));
        Map<String, INDArray> values = views(trained, trainable);
        values.putAll(views(untrained, state));
        Map<String, INDArray> gradientViews = views(trained, gradients);
        for (Parameter parameter : parameters) {
            String name = parameter.name();
            slots.put(name, new Slot(parameter, requireNonNull(values.get(name)), gradientViews.get(name)));
        }
    }

    /* Trainable parameters have gradients of their size. Before any product can overflow, no element can be too many. */
    private static void requireMemory(Collection<Parameter> parameters, DataType type) {
        double elements = 0;
        Parameter largest = null;
        for (Parameter parameter : parameters) {
            long size = parameter.shape().size();
            checkArgument(
                    size <= LARGEST,
                    "parameter %s expects at most %s elements but got %s; use a smaller layer",
                    parameter,
                    LARGEST,
                    size);
            elements += parameter.trainable() ? 2.0 * size : size;
            largest = largest == null || size > largest.shape().size() ? parameter : largest;
        }
        if (largest != null) {
            MemoryLimit.require(
                    "network",
                    elements * type.width(),
                    "parameter " + largest + " and its gradient",
                    "use smaller layers");
        }
    }

    private Parameters(Parameters shared) {
        type = shared.type;
        steps = shared.steps;
        trainable = shared.trainable;
        state = shared.state;
        gradients = Tensors.zeros(type, shared.gradients.length());
        Map<String, INDArray> gradientViews = views(trained(shared.all()), gradients);
        shared.slots.forEach(
                (name, slot) -> slots.put(name, new Slot(slot.parameter(), slot.value(), gradientViews.get(name))));
    }

    /** Those that the optimiser changes, in the order of their vector. */
    private static List<Parameter> trained(Collection<Parameter> parameters) {
        return parameters.stream()
                .filter(Parameter::trainable)
                .sorted(Comparator.comparing(parameter -> !parameter.decays()))
                .toList();
    }

    /**
     * A store of initial values. Each parameter draws from a generator of its own, seeded by {@code seed} and its name, so
     * that a parameter more or less changes none of the others.
     */
    public static Parameters initial(Collection<Parameter> parameters, long seed, DataType type) {
        Parameters store = new Parameters(parameters, type);
        for (Parameter parameter : parameters) {
            Random random = new Random(mix(seed, parameter.name()));
            INDArray array = store.get(parameter.name());
            if (Floats.areDense(array)) {
                FloatBuffer elements = HostMemory.floats(array);
                for (int i = 0; i < elements.limit(); i++) {
                    elements.put(i, (float) parameter.initializer().next(random));
                }
            } else {
                double[] values = new double[(int) parameter.shape().size()];
                Arrays.setAll(values, i -> parameter.initializer().next(random));
                array.assign(Tensors.of(type, values, parameter.shape().dims()));
            }
        }
        return store;
    }

    private static long mix(long seed, String name) {
        long hash = seed;
        for (int i = 0; i < name.length(); i++) {
            hash = (hash ^ name.charAt(i)) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 29;
        }
        return hash;
    }

    private static long length(List<Parameter> parameters) {
        return parameters.stream().mapToLong(Parameters::aligned).sum();
    }

    private static long aligned(Parameter parameter) {
        return (parameter.shape().size() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    private static Map<String, INDArray> views(List<Parameter> parameters, INDArray vector) {
        Map<String, INDArray> views = new LinkedHashMap<>();
        long offset = 0;
        for (Parameter parameter : parameters) {
            INDArray range = vector.get(
                    NDArrayIndex.interval(offset, offset + parameter.shape().size()));
            views.put(parameter.name(), range.reshape('c', parameter.shape().dims()));
            offset += aligned(parameter);
        }
        return views;
    }

    /** The names of all parameters, in the order in which the layers made them. */
    public List<String> names() {
        return List.copyOf(slots.keySet());
    }

    /** The descriptions of all parameters, in the order of {@link #names}. */
    public List<Parameter> all() {
        return slots.values().stream().map(Slot::parameter).toList();
    }

    /**
     * The values of one parameter, as a view: writing to it changes the network.
     *
     * @throws IllegalArgumentException if there is no such parameter; the message lists those there are
     */
    public INDArray get(String name) {
        return slot(name).value();
    }

    /**
     * The gradient of one trainable parameter as the last training step left it, as a view.
     *
     * @throws IllegalArgumentException if there is no such trainable parameter
     */
    public INDArray gradient(String name) {
        INDArray gradient = slot(name).gradient();
        if (gradient == null) {
            throw new IllegalArgumentException("gradient expects the name of a trainable parameter but got \"" + name
                    + "\", which is state; no optimiser changes that");
        }
        return gradient;
    }

    private Slot slot(String name) {
        checkGiven(name, "parameters", "the name of one of its tensors");
        Slot slot = slots.get(name);
        if (slot == null) {
            throw new IllegalArgumentException("parameters expects the name of one of its tensors but got \"" + name
                    + "\"; this network has " + slots.keySet());
        }
        return slot;
    }

    /** Whether there is a parameter of this name. */
    public boolean has(String name) {
        checkGiven(name, "parameters", "a name");
        return slots.containsKey(name);
    }

    /** The floating-point type of all values. */
    public DataType type() {
        return type;
    }

    /** All trainable values, as one vector that {@link #get} has views of. */
    public INDArray trainable() {
        return trainable;
    }

    /** The gradients of {@link #trainable}, in the same layout. */
    public INDArray gradients() {
        return gradients;
    }

    /** All state, as one vector that {@link #get} has views of. */
    public INDArray state() {
        return state;
    }

    /**
     * Where the elements of a parameter begin in {@link #trainable}, or in {@link #state} if it is not trainable.
     *
     * @throws IllegalArgumentException if there is no such parameter
     */
    public long start(String name) {
        Slot slot = slot(name);
        INDArray vector = slot.parameter().trainable() ? trainable : state;
        return slot.value().offset() - vector.offset();
    }

    /** The same values and state with a gradient vector of its own, for one of several runs at a time. */
    public Parameters withOwnGradients() {
        return new Parameters(this);
    }

    /** A copy in another floating-point type that shares nothing with this one. */
    public Parameters to(DataType other) {
        checkGiven(other, "parameters", "a DataType");
        Parameters copy = new Parameters(all(), other);
        copy.trainable.assign(trainable.castTo(other));
        copy.state.assign(state.castTo(other));
        return copy;
    }

    /** Runs what changes the values from one step of a training to the next, while nobody reads them {@link #between} steps. */
    public void step(Runnable change) {
        run(steps.writeLock(), change);
    }

    /** Runs what reads values and state that belong together, while no training changes them. */
    public void between(Runnable reading) {
        run(steps.readLock(), reading);
    }

    private static void run(Lock lock, Runnable action) {
        lock.lock();
        try {
            action.run();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        slots.values().forEach(slot -> text.append(slot.parameter())
                .append(slot.parameter().trainable() ? "" : " (state)")
                .append(System.lineSeparator()));
        return text.toString().stripTrailing();
    }
}
