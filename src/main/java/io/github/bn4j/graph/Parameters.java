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
        requireRoom(parameters, type);
        this.type = type;
        steps = new ReentrantReadWriteLock();
        List<Parameter> trained = parameters.stream()
                .filter(Parameters::isTrained)
                .sorted(Comparator.comparing(parameter -> !parameter.decays()))
                .toList();
        List<Parameter> untrained =
                parameters.stream().filter(parameter -> !isTrained(parameter)).toList();
        trainable = Tensors.zeros(type, Math.max(ALIGNMENT, length(trained)));
        gradients = Tensors.zeros(type, Math.max(ALIGNMENT, length(trained)));
        state = Tensors.zeros(type, Math.max(ALIGNMENT, length(untrained)));
        Map<String, Long> starts = starts(trained);
        starts.putAll(starts(untrained));
        place(parameters, starts);
    }

    /** Some of the parameters of another store, described anew, in vectors that are laid out like its own. */
    private Parameters(
            Parameters like,
            Collection<Parameter> parameters,
            INDArray trainable,
            INDArray state,
            ReadWriteLock steps) {
        this.type = trainable.dataType();
        this.steps = steps;
        this.trainable = trainable;
        this.state = state;
        gradients = Tensors.zeros(type, trainable.length());
        Map<String, Long> starts = new LinkedHashMap<>();
        parameters.forEach(parameter -> starts.put(parameter.name(), like.start(parameter.name())));
        place(parameters, starts);
    }

    private void place(Collection<Parameter> parameters, Map<String, Long> starts) {
        for (Parameter parameter : parameters) {
            long start = requireNonNull(starts.get(parameter.name()));
            boolean trained = isTrained(parameter);
            slots.put(
                    parameter.name(),
                    new Slot(
                            parameter,
                            view(trained ? trainable : state, start, parameter.shape()),
                            trained ? view(gradients, start, parameter.shape()) : null));
        }
    }

    /** Whether it lies among those that an optimiser may change, though it may be frozen. */
    private static boolean isTrained(Parameter parameter) {
        return parameter.role() == Role.TRAINABLE;
    }

    /* Trainable parameters have gradients of their size. Before any product can overflow, no element can be too many. */
    private static void requireRoom(Collection<Parameter> parameters, DataType type) {
        checkArgument(
                type == DataType.FLOAT || type == DataType.DOUBLE,
                "network expects parameters of type FLOAT or DOUBLE but got %s; take DataType.FLOAT",
                type);
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
            elements += isTrained(parameter) ? 2.0 * size : size;
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

    private static Map<String, Long> starts(List<Parameter> parameters) {
        Map<String, Long> starts = new LinkedHashMap<>();
        long start = 0;
        for (Parameter parameter : parameters) {
            starts.put(parameter.name(), start);
            start += aligned(parameter);
        }
        return starts;
    }

    private static INDArray view(INDArray vector, long start, Shape shape) {
        return vector.get(NDArrayIndex.interval(start, start + shape.size())).reshape('c', shape.dims());
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
     * The gradient of one trainable parameter as the last training step left it, as a view; 0 if it is frozen.
     *
     * @throws IllegalArgumentException if there is no such parameter, or it is state
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

    /**
     * All trainable values, as one vector that {@link #get} has views of. The frozen ones are among them, and those of other
     * networks that share it: what writes to all of it writes to them.
     */
    public INDArray trainable() {
        return trainable;
    }

    /** The gradients of {@link #trainable}, in the same layout; 0 where no parameter is trained. */
    public INDArray gradients() {
        return gradients;
    }

    /** All state, as one vector that {@link #get} has views of, with that of other networks that share it. */
    public INDArray state() {
        return state;
    }

    /**
     * Where the elements of a parameter begin in {@link #trainable}, or in {@link #state} if that is its role.
     *
     * @throws IllegalArgumentException if there is no such parameter
     */
    public long start(String name) {
        Slot slot = slot(name);
        INDArray vector = isTrained(slot.parameter()) ? trainable : state;
        return slot.value().offset() - vector.offset();
    }

    /** Where the elements of the next parameter of the same vector begin, if it lies right behind this one. */
    public long end(String name) {
        return start(name) + aligned(slot(name).parameter());
    }

    /** The same values and state with a gradient vector of its own, for one of several runs at a time. */
    public Parameters withOwnGradients() {
        return new Parameters(this, all(), trainable, state, steps);
    }

    /**
     * The same values and state for a network that trains others of these parameters, or has only some: with gradients of its own.
     *
     * @param described the parameters of that network, of the names, shapes and roles that they have here
     * @throws IllegalArgumentException if one is not among these
     */
    public Parameters sharedBy(List<Parameter> described) {
        checkGiven(described, "parameters", "descriptions");
        if (described.equals(all())) {
            return this;
        }
        for (Parameter parameter : described) {
            Parameter own = slot(parameter.name()).parameter();
            checkArgument(
                    own.role() == parameter.role() && own.shape().equals(parameter.shape()),
                    "parameters expect to be shared as %s of role %s but got %s of role %s; copy them instead",
                    own,
                    own.role(),
                    parameter,
                    parameter.role());
        }
        return new Parameters(this, described, trainable, state, steps);
    }

    /** A copy in another floating-point type that shares nothing with this one; its vectors have the same layout. */
    public Parameters to(DataType other) {
        checkGiven(other, "parameters", "a DataType");
        requireRoom(all(), other);
        INDArray values = Tensors.zeros(other, trainable.length()).assign(trainable.castTo(other));
        INDArray states = Tensors.zeros(other, state.length()).assign(state.castTo(other));
        return new Parameters(this, all(), values, states, new ReentrantReadWriteLock());
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
                .append(isTrained(slot.parameter()) ? "" : " (state)")
                .append(slot.parameter().frozen() ? " (frozen)" : "")
                .append(System.lineSeparator()));
        return text.toString().stripTrailing();
    }
}
