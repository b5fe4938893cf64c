package io.github.bn4j.engine.onednn;

import static io.github.bn4j.internal.Checks.checkState;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.bn4j.engine.ProgramRequirements;
import io.github.bn4j.engine.Shard;
import io.github.bn4j.engine.internal.reference.ShardPart;
import io.github.bn4j.engine.onednn.internal.binding.Resources;
import io.github.bn4j.engine.onednn.internal.binding.Threads;
import io.github.bn4j.engine.onednn.internal.choice.ProgramSettings;
import io.github.bn4j.engine.onednn.internal.plan.CoreTurns;
import io.github.bn4j.engine.onednn.internal.plan.HelperThreads;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import java.lang.ref.Cleaner;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What trainings and predictions have in common: one or more {@link CompiledBatch lanes}, each for one batch at a time. One run at a time; runs
 * of several programs take {@link CoreTurns}. What it holds outside the Java heap goes with {@link #close}, or with the program if
 * nobody closes it.
 */
final class Program implements AutoCloseable {

    private static final Cleaner CLEANER = Cleaner.create();

    private final ReentrantLock lock = new ReentrantLock();
    private final ProgramSettings settings;
    private final Resources resources = new Resources();
    private final Cleaner.Cleanable cleanable;
    private final List<CompiledBatch> lanes = new ArrayList<>();
    private boolean closed;

    /**
     * A program of the given steps; if they cannot be compiled, nothing is left behind.
     *
     * @param shard the examples in each lane
     * @param lanes number of lanes
     * @param steps adds them to a lane
     */
    static Program compile(
            Graph graph,
            Parameters parameters,
            Shard shard,
            boolean training,
            ProgramSettings settings,
            int lanes,
            Consumer<CompiledBatch> steps) {
        ProgramRequirements.requireMemory(graph, ShardPart.rows(shard), parameters.type(), 0);
        Program program = new Program(settings);
        try {
            return Threads.with(settings.threads(), () -> {
                for (int i = 0; i < lanes; i++) {
                    CompiledBatch lane =
                            new CompiledBatch(program.resources, graph, parameters, shard, training, settings);
                    steps.accept(lane);
                    lane.finish();
                    program.lanes.add(lane);
                }
                return program;
            });
        } catch (RuntimeException | Error failure) {
            program.close();
            throw failure;
        }
    }

    private Program(ProgramSettings settings) {
        this.settings = settings;
        cleanable = CLEANER.register(this, resources::close);
    }

    /** The first lane; lanes have the same steps. */
    CompiledBatch lane() {
        return lanes.get(0);
    }

    /**
     * Runs {@code before}, which changes parameters, and what has to be done then.
     *
     * @param afterClose what to say if the program is closed
     */
    void prepare(String afterClose, Runnable before) {
        inTurn(afterClose, () -> {
            before.run();
            lanes.forEach(lane -> lane.plan().runPreparation());
            return this;
        });
    }

    /**
     * Runs all steps on a batch, and {@code result}.
     *
     * @param afterClose what to say if the program is closed
     * @param examples what {@link ProgramRequirements} asks for
     * @return the result; nothing if some values were not finite
     */
    <T> Optional<T> run(String afterClose, long seed, Supplier<T> result, Examples examples) {
        return inTurn(afterClose, () -> lane().run(seed, 0, examples) ? Optional.of(result.get()) : Optional.empty());
    }

    /**
     * Runs all steps on each of several batches, and copies the outputs to the same places of others.
     *
     * @param afterClose what to say if the program is closed
     * @param batches their number
     * @param results room for the numbers of each output. Modified.
     * @return whether all values were finite; if not, the results are worth nothing
     */
    boolean predict(String afterClose, int batches, List<FloatBuffer> results, Examples examples) {
        return inTurn(afterClose, () -> {
            if (lanes.size() == 1) {
                return predict(0, batches, results, examples);
            }
            AtomicBoolean finite = new AtomicBoolean(true);
            List<Runnable> parts = new ArrayList<>();
            for (int i = 0; i < lanes.size(); i++) {
                int first = i;
                parts.add(() -> {
                    if (!predict(first, batches, results, examples)) {
                        finite.set(false);
                    }
                });
            }
            HelperThreads.run(parts);
            return finite.get();
        });
    }

    /** Every so many batches, from number {@code first} on, in the lane of that number. */
    private boolean predict(int first, int batches, List<FloatBuffer> results, Examples examples) {
        CompiledBatch lane = lanes.get(first);
        boolean finite = true;
        for (int number = first; number < batches; number += lanes.size()) {
            finite &= lane.run(0, number, examples);
            lane.copyOutputs(number, results);
        }
        return finite;
    }

    @CanIgnoreReturnValue
    private <T> T inTurn(String afterClose, Supplier<T> action) {
        lock.lock();
        try {
            checkState(!closed, "%s", afterClose);
            return CoreTurns.run(settings.ofSeveralThreads(), () -> Threads.with(settings.threads(), action));
        } finally {
            lock.unlock();
        }
    }

    /** What ran each kind of op. */
    Map<Class<?>, Set<String>> used() {
        return lane().compiler().used();
    }

    /** The names of the implementations of all primitives, in order. */
    List<String> implementations() {
        return lane().plan().implementations();
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
