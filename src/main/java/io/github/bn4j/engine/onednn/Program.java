package io.github.bn4j.engine.onednn;

import static io.github.bn4j.internal.Checks.checkState;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.bn4j.engine.Requirements;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Arena;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import java.lang.ref.Cleaner;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * What trainings and predictions have in common: inputs are copied in, steps run, outputs are copied out. One run at a time;
 * runs of several programs take {@link Turns}. What it holds outside the Java heap goes with {@link #close}, or with the program if nobody closes it.
 */
final class Program implements AutoCloseable {

    private static final Cleaner CLEANER = Cleaner.create();

    private final ReentrantLock lock = new ReentrantLock();
    private final Graph graph;
    private final int batch;
    private final int threads;
    private final Resources resources = new Resources();
    private final Cleaner.Cleanable cleanable;
    private final Plan plan = new Plan(resources);
    private final Compiler compiler;
    private final List<Buffer> inputs = new ArrayList<>();
    private final List<Buffer> outputs = new ArrayList<>();
    private boolean closed;

    /** Adds steps to a program. */
    interface Steps {
        void addTo(Program program);
    }

    /** A program of the given steps; if they cannot be compiled, nothing is left behind. */
    static Program compile(
            Graph graph, Parameters parameters, int batch, boolean training, Settings settings, Steps steps) {
        Program program = new Program(graph, parameters, batch, training, settings);
        try {
            return Threads.with(settings.threads(), () -> {
                steps.addTo(program);
                program.plan.finish();
                return program;
            });
        } catch (RuntimeException | Error failure) {
            program.close();
            throw failure;
        }
    }

    private Program(Graph graph, Parameters parameters, int batch, boolean training, Settings settings) {
        Requirements.requireBatch(batch);
        this.graph = graph;
        this.batch = batch;
        this.threads = settings.threads();
        cleanable = CLEANER.register(this, resources::close);
        compiler = new Compiler(plan, graph, parameters, batch, training, settings.tuning());
        graph.inputs().values().forEach(value -> inputs.add(compiler.input(value)));
    }

    Graph graph() {
        return graph;
    }

    Compiler compiler() {
        return compiler;
    }

    /** Makes the outputs outlast all steps. */
    void keepOutputs() {
        graph.outputs().values().forEach(value -> {
            Buffer buffer = compiler.plain(value);
            plan.keep(buffer);
            outputs.add(buffer);
        });
    }

    /**
     * Runs {@code before}, which changes parameters, and what has to be done then.
     *
     * @param afterClose what to say if the program is closed
     */
    void prepare(String afterClose, Runnable before) {
        inTurn(afterClose, () -> {
            before.run();
            plan.runPreparation();
            return this;
        });
    }

    /**
     * Runs all steps on the given arrays, which are what {@link Requirements} asks for, and {@code result}.
     *
     * @param afterClose what to say if the program is closed
     */
    <T> T run(String afterClose, long seed, Supplier<T> result, INDArray... arrays) {
        return run(afterClose, seed, 0, result, arrays);
    }

    /**
     * Runs all steps on one of several batches that the given arrays hold, and copies the outputs to the same place of others.
     *
     * @param number of the batch, from 0
     * @param results an array for each output. Modified.
     */
    void predict(String afterClose, int number, List<INDArray> results, INDArray... arrays) {
        run(
                afterClose,
                0,
                number,
                () -> {
                    for (int i = 0; i < results.size(); i++) {
                        copy(outputs.get(i), number, results.get(i));
                    }
                    return this;
                },
                arrays);
    }

    @CanIgnoreReturnValue
    private <T> T run(String afterClose, long seed, int number, Supplier<T> result, INDArray... arrays) {
        return inTurn(afterClose, () -> {
            compiler.seed(seed);
            for (int i = 0; i < arrays.length; i++) {
                fill(inputs.get(i), arrays[i], number);
            }
            if (compiler.usesReference()) {
                try (MemoryWorkspace arena = Arena.open()) {
                    plan.run();
                }
            } else {
                plan.run();
            }
            return result.get();
        });
    }

    @CanIgnoreReturnValue
    private <T> T inTurn(String afterClose, Supplier<T> action) {
        lock.lock();
        try {
            checkState(!closed, "%s", afterClose);
            return Turns.run(threads, action);
        } finally {
            lock.unlock();
        }
    }

    private void fill(Buffer input, INDArray array, int number) {
        if (Floats.areDense(array)) {
            int length = input.floats().limit();
            input.floats().put(0, Floats.of(array), number * length, length);
        } else {
            input.array().assign(array.size(0) == batch ? array : rows(array, number, input));
        }
    }

    private INDArray rows(INDArray array, int number, Buffer like) {
        long first = (long) number * batch;
        return array.get(NDArrayIndex.interval(first, first + batch)).reshape('c', like.layout.dims());
    }

    /** Copies of the outputs from number {@code from} on. */
    List<INDArray> outputs(int from) {
        return outputs.stream()
                .skip(from)
                .map(output -> copy(output, 0, Tensors.zeros(DataType.FLOAT, output.layout.dims())))
                .toList();
    }

    @CanIgnoreReturnValue
    private static INDArray copy(Buffer output, int number, INDArray into) {
        FloatBuffer elements = output.floats();
        Floats.of(into).put(number * elements.limit(), elements, 0, elements.limit());
        return into;
    }

    /** What ran each kind of op. */
    Map<Class<?>, Set<String>> used() {
        return compiler.used();
    }

    /** The names of the implementations of all primitives, in order. */
    List<String> implementations() {
        return plan.implementations();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            cleanable.clean();
        } finally {
            lock.unlock();
        }
    }
}
