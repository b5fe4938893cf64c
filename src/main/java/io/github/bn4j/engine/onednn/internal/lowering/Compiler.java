package io.github.bn4j.engine.onednn.internal.lowering;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.engine.Shard;
import io.github.bn4j.engine.internal.reference.BatchPart;
import io.github.bn4j.engine.internal.reference.GradientFlow;
import io.github.bn4j.engine.internal.reference.ShardPart;
import io.github.bn4j.engine.onednn.internal.binding.ElementType;
import io.github.bn4j.engine.onednn.internal.binding.Layout;
import io.github.bn4j.engine.onednn.internal.binding.Resources;
import io.github.bn4j.engine.onednn.internal.binding.UnsupportedByOneDnnException;
import io.github.bn4j.engine.onednn.internal.choice.MixedLayers;
import io.github.bn4j.engine.onednn.internal.choice.ProgramSettings;
import io.github.bn4j.engine.onednn.internal.choice.Tuning;
import io.github.bn4j.engine.onednn.internal.plan.Buffer;
import io.github.bn4j.engine.onednn.internal.plan.CoreTurns;
import io.github.bn4j.engine.onednn.internal.plan.Plan;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Turns a graph into the steps of a {@link Plan}: where each value, gradient and parameter lies while it is needed. */
public final class Compiler {

    /** About as many products are done in the time that it takes to hand over a part. */
    private static final long WORTH_PARTS = 1 << 16;

    private final Plan plan;
    private final Graph graph;
    private final Parameters parameters;
    private final Shard shard;
    private final BatchPart part;
    private final int batch;
    private final boolean training;
    private final ProgramSettings settings;
    private final Map<Integer, List<Buffer>> values = new HashMap<>();
    private final Map<Integer, List<Buffer>> gradients = new HashMap<>();
    private final Map<String, Buffer> weights = new LinkedHashMap<>();
    private final Set<String> written = new HashSet<>();
    private final GradientFlow gradientFlow;
    private final Set<Integer> mixed;
    private final Map<Integer, Integer> positions = new HashMap<>();
    private final List<BatchStatistics> statistics = new ArrayList<>();
    private final Map<Class<?>, Set<String>> used = new LinkedHashMap<>();
    private final ValueRanges ranges = new ValueRanges(this);
    private boolean usesReference;
    private long seed;

    /**
     * A program for some examples of a batch.
     *
     * @param batch how many examples are computed, which are those of the shard, or some that count nowhere
     */
    public Compiler(
            Plan plan,
            Graph graph,
            Parameters parameters,
            Shard shard,
            int batch,
            boolean training,
            ProgramSettings settings) {
        this.plan = plan;
        this.graph = graph;
        this.parameters = parameters;
        this.shard = shard;
        this.batch = batch;
        this.training = training;
        this.settings = settings;
        part = shard.all().size() == 1 ? BatchPart.WHOLE : new Waiting(ShardPart.of(shard));
        this.gradientFlow = new GradientFlow(graph);
        mixed = MixedLayers.of(graph, settings.precision());
        graph.nodes().forEach(node -> positions.put(node.output().id(), positions.size()));
    }

    public Plan plan() {
        return plan;
    }

    public ValueRanges ranges() {
        return ranges;
    }

    Resources resources() {
        return plan.resources();
    }

    Parameters parameters() {
        return parameters;
    }

    /** How many examples are computed here. */
    int batch() {
        return batch;
    }

    /** Which examples of the batch these are. */
    BatchPart part() {
        return part;
    }

    /** Whether mean and variance of a batch normalisation are those of examples that others have. */
    boolean sharesStatistics() {
        return shard.statistics().size() > 1;
    }

    /** How many values a batch normalisation takes the mean and variance of a channel of, here and elsewhere. */
    double measuredValues(Shape x) {
        int examples = shard.measured() == 0 ? batch : shard.measured();
        return (double) examples * x.size() / x.dim(0);
    }

    /** Gives up the turn to compute while others are waited for. */
    private final class Waiting implements BatchPart {

        private final BatchPart examples;

        Waiting(BatchPart examples) {
            this.examples = examples;
        }

        @Override
        public long firstExample() {
            return examples.firstExample();
        }

        @Override
        public void addUp(double[] own) {
            CoreTurns.waiting(settings.ofSeveralThreads(), () -> examples.addUp(own));
        }
    }

    boolean training() {
        return training;
    }

    /** What times algorithms; null if they are chosen by rule. */
    @Nullable
    Tuning tuning() {
        return settings.tuning();
    }

    /**
     * Into how many parts at most a layer of a single example is cut, each of which one thread computes; 1 where that would
     * take longer.
     *
     * @param products how often numbers are multiplied in the whole layer
     */
    int parts(long products) {
        return batch > 1 || products < WORTH_PARTS ? 1 : settings.parts();
    }

    /** The seed of the random masks of the step that is running. */
    long seed() {
        return seed;
    }

    public void seed(long now) {
        seed = now;
    }

    /** Whether a step of the program is reference arithmetic, which needs ND4J's arena. */
    public boolean usesReference() {
        return usesReference;
    }

    void useReference() {
        usesReference = true;
    }

    /** The arrays that steps leave what they measured in. */
    public List<BatchStatistics> statistics() {
        return statistics;
    }

    long[] dims(Value value) {
        return value.shape().batched(batch);
    }

    boolean wantsGradient(Value value) {
        return training && gradientFlow.reaches(value);
    }

    /** A plain tensor for a graph input, which is filled before each run. */
    public Buffer input(Value value) {
        Buffer buffer = plan.plain(dims(value));
        plan.keep(buffer);
        define(value, buffer);
        return buffer;
    }

    /** Says where a value lies. */
    void define(Value value, Buffer buffer) {
        values.computeIfAbsent(value.id(), id -> new ArrayList<>()).add(buffer);
    }

    /** A value in the layout that it was made in. */
    Buffer value(Value value) {
        return known(value).get(0);
    }

    /** A value in a given layout. */
    Buffer value(Value value, Layout layout) {
        for (Buffer buffer : known(value)) {
            if (buffer.layout.same(layout)) {
                return buffer;
            }
        }
        Buffer copy = in(known(value).get(0), layout);
        define(value, copy);
        return copy;
    }

    /** A value as float32 in row-major order. */
    public Buffer plain(Value value) {
        return plain(value, ElementType.FLOAT32);
    }

    /** A value in row-major order. */
    Buffer plain(Value value, ElementType type) {
        return value(value, Layout.plain(resources(), type, dims(value)));
    }

    private List<Buffer> known(Value value) {
        List<Buffer> buffers = values.get(value.id());
        if (buffers == null) {
            throw new AssertionError("no value " + value);
        }
        return buffers;
    }

    /** A value in float32, in row-major order if it was not made in that type. */
    Buffer float32(Value value) {
        Buffer made = value(value);
        return made.layout.type() == ElementType.FLOAT32 ? made : plain(value);
    }

    /** What the images, features and weights of a linear map may be multiplied in. */
    ElementType type(FusedCall call) {
        return mixed.contains(call.node().output().id()) ? ElementType.BFLOAT16 : ElementType.FLOAT32;
    }

    /** A tensor in a given layout: itself, or a copy. */
    Buffer in(Buffer buffer, Layout layout) {
        if (buffer.layout.same(layout)) {
            return buffer;
        }
        Buffer copy = plan.buffer(layout);
        plan.reorder(buffer, copy);
        return copy;
    }

    /** A tensor as float32 in row-major order. */
    Buffer plain(Buffer buffer) {
        return in(buffer, Layout.plain(resources(), buffer.layout.dims()));
    }

    /** The whole of a parameter, as it lies in the store. */
    Buffer parameter(Parameter parameter) {
        return weights.computeIfAbsent(parameter.name(), name -> external(parameters.get(name)));
    }

    /** A parameter in the layout that a primitive wants. */
    Buffer parameter(Parameter parameter, Layout store, Layout wanted) {
        return parameter(parameter(parameter).view(store), wanted);
    }

    /** Some of a parameter in the layout that a primitive wants; in a prediction it is brought there once, not in each run. */
    Buffer parameter(Buffer stored, Layout wanted) {
        if (training || stored.layout.same(wanted)) {
            return in(stored, wanted);
        }
        Buffer copy = plan.buffer(wanted);
        plan.prepare(() -> plan.reorder(stored, copy));
        return copy;
    }

    /** An array outside the program. */
    Buffer external(INDArray array) {
        long length = array.length();
        INDArray vector = array.reshape('c', new long[] {length});
        return new Buffer(new Buffer.Storage(vector, 0, length), Layout.plain(resources(), array.shape()));
    }

    /**
     * Where to write the gradient by a parameter: into the store itself if it is the first and laid out alike.
     * {@link #parameterGradient} must follow when it is written.
     */
    Buffer gradientOf(Parameter parameter, Layout layout) {
        long[] dims = layout.dims();
        boolean plain = layout.same(Layout.plain(resources(), dims));
        return plain && !written.contains(parameter.name())
                ? external(parameters.gradient(parameter.name())).view(layout)
                : plan.buffer(layout);
    }

    /**
     * Adds the steps that bring a written gradient to the store.
     *
     * @param store how the parameter lies in the store, with the axes of the gradient
     */
    void parameterGradient(Parameter parameter, Buffer gradient, Layout store) {
        if (!gradient.storage.isExternal()) {
            Buffer target = external(parameters.gradient(parameter.name())).view(store);
            if (!written.contains(parameter.name())) {
                plan.reorder(gradient, target);
            } else {
                Buffer more = in(gradient, store);
                plan.run(() -> add(target.floats(), more.floats()), more);
            }
        }
        written.add(parameter.name());
    }

    /** Whether a gradient by the parameter has been written by an earlier step of the same pass. */
    boolean isWritten(Parameter parameter) {
        return written.contains(parameter.name());
    }

    void setWritten(Parameter parameter) {
        written.add(parameter.name());
    }

    private static void add(FloatBuffer sum, FloatBuffer more) {
        int length = Math.min(sum.limit(), more.limit());
        for (int i = 0; i < length; i++) {
            sum.put(i, sum.get(i) + more.get(i));
        }
    }

    /** Adds a contribution to the gradient by a value. */
    void gradient(Value value, Buffer contribution) {
        if (wantsGradient(value)) {
            gradients.computeIfAbsent(value.id(), id -> new ArrayList<>()).add(contribution);
        }
    }

    /** Two arrays that a batch normalisation leaves mean and variance in. */
    BatchStatistics measure(Node node) {
        Shape x = node.inputs().get(0).shape();
        long channels = x.dim(0);
        BatchStatistics measured = new BatchStatistics(
                node,
                Tensors.zeros(parameters.type(), channels),
                Tensors.zeros(parameters.type(), channels),
                measuredValues(x));
        add(measured);
        return measured;
    }

    /** Keeps what an op's own arithmetic reports in the step that runs, in the arrays of the step before. */
    void report(Node node, INDArray mean, INDArray variance, double count) {
        for (int i = 0; i < statistics.size(); i++) {
            BatchStatistics before = statistics.get(i);
            if (before.node().output().id() == node.output().id()) {
                before.mean().assign(mean);
                before.variance().assign(variance);
                statistics.set(i, new BatchStatistics(node, before.mean(), before.variance(), count));
                return;
            }
        }
        add(new BatchStatistics(node, mean, variance, count).copy());
    }

    /* In the order of the graph, in which calls that share running averages update them. */
    private void add(BatchStatistics measured) {
        int place = statistics.size();
        while (place > 0 && position(statistics.get(place - 1)) > position(measured)) {
            place--;
        }
        statistics.add(place, measured);
    }

    private int position(BatchStatistics measured) {
        return requireNonNull(positions.get(measured.node().output().id()));
    }

    /** What a call of a batch normalisation leaves there. */
    BatchStatistics measured(Node node) {
        return statistics.stream()
                .filter(measured -> measured.node().equals(node))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no statistics of " + node));
    }

    private Buffer sum(List<Buffer> contributions) {
        Buffer total = contributions.get(0);
        for (Buffer more : contributions.subList(1, contributions.size())) {
            total = Arithmetic.sum(this, total, more);
        }
        return total;
    }

    /** Adds all steps of the forward pass, and for each call what adds its backward pass. */
    public void forward(List<FusedCall> calls, Map<FusedCall, Lowering.Backward> backward) {
        ranges.plan(graph.inputs().values(), calls);
        addForward(calls, backward);
    }

    private void addForward(List<FusedCall> calls, Map<FusedCall, Lowering.Backward> backward) {
        for (FusedCall call : calls) {
            try {
                lower(call, Lowerings.of(call.op()), backward);
            } catch (UnsupportedByOneDnnException refused) {
                List<FusedCall> parts = call.nodes().stream().map(FusedCall::of).toList();
                ranges.plan(List.of(), parts);
                if (parts.size() > 1) {
                    // There may be a primitive for each: on Arm none normalises and applies a ReLU in one.
                    addForward(parts, backward);
                } else {
                    lower(call, Reference.LOWERING, backward);
                }
            }
        }
    }

    private void lower(FusedCall call, Lowering lowering, Map<FusedCall, Lowering.Backward> backward) {
        int before = plan.implementations().size();
        ranges.before(call);
        backward.put(call, lowering.lower(call, this));
        ranges.after(call, lowering == Reference.LOWERING);
        List<String> names = plan.implementations();
        Set<String> kinds = used.computeIfAbsent(call.op().getClass(), op -> new HashSet<>());
        kinds.add(lowering == Reference.LOWERING ? "reference" : "oneDNN");
        kinds.addAll(names.subList(before, names.size()));
    }

    /** What ran each kind of op: "reference", or "oneDNN" and the names of implementations. */
    public Map<Class<?>, Set<String>> used() {
        return used;
    }

    /** Adds all steps of the backward pass from the gradient by one value. */
    public void backward(Map<FusedCall, Lowering.Backward> backward, Value from, Buffer dy) {
        gradient(from, dy);
        List<Map.Entry<FusedCall, Lowering.Backward>> entries = new ArrayList<>(backward.entrySet());
        for (int i = entries.size() - 1; i >= 0; i--) {
            Value output = entries.get(i).getKey().output();
            List<Buffer> contributions = gradients.remove(output.id());
            if (contributions != null) {
                entries.get(i).getValue().lower(sum(contributions));
            }
        }
        for (Parameter parameter : graph.parameters()) {
            if (parameter.trainable() && !isWritten(parameter)) {
                INDArray gradient = parameters.gradient(parameter.name());
                plan.run(() -> gradient.assign(0));
            }
        }
    }
}
