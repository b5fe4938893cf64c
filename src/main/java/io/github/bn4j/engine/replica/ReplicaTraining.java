package io.github.bn4j.engine.replica;

import static io.github.bn4j.internal.Checks.checkState;

import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.engine.Collective;
import io.github.bn4j.engine.CollectiveException;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.Finiteness;
import io.github.bn4j.engine.ProgramRequirements;
import io.github.bn4j.engine.Shard;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A training step of several threads, each of which has a shard of the batch. */
final class ReplicaTraining implements TrainingProgram {

    private final Graph graph;
    private final Parameters parameters;
    private final Engine engine;
    private final long seed;
    private final int[] sizes;
    private final int batch;
    private final ExecutorService threads;
    private final List<TrainingProgram> programs = new ArrayList<>();
    private List<Collective> collectives = List.of();
    private List<INDArray> extra = List.of();
    private boolean closed;

    /**
     * Programs of an engine, one for each thread.
     *
     * @param sizes how many examples each thread has, at least 1
     */
    ReplicaTraining(Graph graph, Parameters parameters, Engine engine, long seed, int... sizes) {
        this.graph = graph;
        this.parameters = parameters;
        this.engine = engine;
        this.seed = seed;
        this.sizes = sizes;
        batch = Arrays.stream(sizes).sum();
        threads = Executors.newFixedThreadPool(sizes.length, task -> {
            Thread thread = new Thread(task, "bn4j replica");
            thread.setDaemon(true);
            return thread;
        });
        try {
            compile();
        } catch (RuntimeException | Error failure) {
            close();
            throw failure;
        }
    }

    /* The first one leaves its gradients, which are those of all, where they are expected. */
    private void compile() {
        collectives = Collective.threads(sizes.length);
        for (Collective collective : collectives) {
            Parameters own = collective.rank() == 0 ? parameters : parameters.withOwnGradients();
            programs.add(engine.training(graph, own, Shard.of(collective, sizes), seed));
        }
    }

    @Override
    public double step(long step, INDArray... inputs) {
        checkState(!closed, "training program expects to be open but got a step after close; compile a new one");
        ProgramRequirements.requireInputs(graph, batch, inputs);
        Finiteness.requireInputs(graph, parameters.type(), inputs);
        if (programs.isEmpty()) {
            compile();
        }
        try {
            double loss = all(rank -> programs.get(rank).step(step, Rows.of(inputs, first(rank), sizes[rank])))
                    .get(0);
            extra = outputs(all(rank -> programs.get(rank).outputs()));
            return loss;
        } catch (RuntimeException | Error failure) {
            // Their collective has ended; there is a new one for the next step.
            programs.forEach(TrainingProgram::close);
            programs.clear();
            throw failure;
        }
    }

    private int first(int rank) {
        return Arrays.stream(sizes, 0, rank).sum();
    }

    private List<INDArray> outputs(List<List<INDArray>> parts) {
        List<INDArray> whole = new ArrayList<>();
        for (int i = 0; i < graph.outputs().size() - 1; i++) {
            int output = i;
            whole.add(
                    Nd4j.concat(0, parts.stream().map(part -> part.get(output)).toArray(INDArray[]::new)));
        }
        return whole;
    }

    /**
     * What each thread yields. Waits for all, also in an interrupted thread: whoever wants a training to end asks between its steps. The
     * failure of one has ended all, and it is the one to tell of.
     */
    private <T> List<T> all(IntFunction<T> task) {
        List<CompletableFuture<T>> running = new ArrayList<>();
        for (int i = 0; i < sizes.length; i++) {
            int rank = i;
            running.add(CompletableFuture.supplyAsync(() -> orFail(task, rank), threads));
        }
        List<T> results = new ArrayList<>();
        @Nullable Throwable failure = null;
        for (CompletableFuture<T> one : running) {
            try {
                results.add(one.join());
            } catch (CompletionException e) {
                failure = failure == null || failure instanceof CollectiveException ? e.getCause() : failure;
            }
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
        return results;
    }

    private <T> T orFail(IntFunction<T> task, int rank) {
        try {
            return task.apply(rank);
        } catch (RuntimeException | Error failure) {
            collectives.get(rank).fail(failure);
            throw failure;
        }
    }

    @Override
    public List<INDArray> outputs() {
        return extra.stream().map(Tensors::copy).toList();
    }

    @Override
    public List<BatchStatistics> statistics() {
        return programs.isEmpty() ? List.of() : programs.get(0).statistics();
    }

    @Override
    public void close() {
        closed = true;
        programs.forEach(TrainingProgram::close);
        threads.shutdownNow();
    }
}
