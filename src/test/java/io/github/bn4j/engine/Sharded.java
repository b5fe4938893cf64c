package io.github.bn4j.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Floats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Trains like one machine, by threads that each have a shard and parameters of their own, as those of a cluster have; after each step
 * all of them must have the same bits. Inputs are those of the whole batch.
 */
public final class Sharded implements Engine {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Engine engine;
    private final String description;
    private final IntFunction<int[]> sizes;
    private UnaryOperator<Shard> change = UnaryOperator.identity();
    private UnaryOperator<Collective> through = UnaryOperator.identity();

    private Sharded(Engine engine, String description, IntFunction<int[]> sizes) {
        this.engine = engine;
        this.description = description;
        this.sizes = sizes;
    }

    /** Batches cut by a rule. */
    public static Sharded of(Engine engine, String description, IntFunction<int[]> sizes) {
        return new Sharded(engine, description, sizes);
    }

    /** Batches cut into shards of the given sizes. */
    public static Sharded of(Engine engine, int... sizes) {
        return new Sharded(engine, Arrays.toString(sizes), batch -> sizes);
    }

    /** One that changes shards, to those with groups or to wrong ones. */
    public Sharded shards(UnaryOperator<Shard> changed) {
        change = changed;
        return this;
    }

    /** One whose threads add up through other collectives. */
    public Sharded through(UnaryOperator<Collective> other) {
        through = other;
        return this;
    }

    @Override
    public TrainingProgram training(Graph graph, Parameters parameters, int batch, long seed) {
        return new Program(graph, parameters, seed, sizes.apply(batch));
    }

    @Override
    public InferenceProgram inference(Graph graph, Parameters parameters, int batch) {
        return engine.inference(graph, parameters, batch);
    }

    @Override
    public String name() {
        return engine.name();
    }

    @Override
    public String toString() {
        return engine + " in shards of " + description;
    }

    private final class Program implements TrainingProgram {

        private final Parameters parameters;
        private final int[] sizes;
        private final ExecutorService threads;
        private final List<Parameters> stores = new ArrayList<>();
        private final List<TrainingProgram> programs;
        private final int extra;

        Program(Graph graph, Parameters parameters, long seed, int... sizes) {
            this.parameters = parameters;
            this.sizes = sizes;
            extra = graph.outputs().size() - 1;
            threads = Executors.newFixedThreadPool(sizes.length, task -> {
                Thread thread = new Thread(task, "shard");
                thread.setDaemon(true);
                return thread;
            });
            List<Collective> collectives = Collective.threads(sizes.length, PATIENCE);
            collectives.forEach(rank -> stores.add(parameters.to(parameters.type())));
            try {
                programs = all(rank -> engine.training(
                        graph,
                        stores.get(rank),
                        change.apply(Shard.of(through.apply(collectives.get(rank)), sizes)),
                        seed));
            } catch (RuntimeException | Error failure) {
                threads.shutdownNow();
                throw failure;
            }
        }

        private <T> List<T> all(IntFunction<T> task) {
            List<CompletableFuture<T>> running = IntStream.range(0, sizes.length)
                    .mapToObj(rank -> CompletableFuture.supplyAsync(() -> task.apply(rank), threads))
                    .toList();
            List<T> results = new ArrayList<>();
            List<Throwable> failures = new ArrayList<>();
            for (CompletableFuture<T> one : running) {
                try {
                    results.add(one.join());
                } catch (CompletionException e) {
                    failures.add(e.getCause());
                }
            }
            for (Throwable failure : failures) {
                if (failures.size() == 1 || !(failure instanceof CollectiveException)) {
                    rethrow(failure);
                }
            }
            if (!failures.isEmpty()) {
                throw (CollectiveException) failures.get(0);
            }
            return results;
        }

        private static void rethrow(Throwable failure) {
            if (failure instanceof Error error) {
                throw error;
            }
            throw (RuntimeException) failure;
        }

        @Override
        public double step(long step, INDArray... inputs) {
            List<Double> losses = all(rank -> {
                stores.get(rank).trainable().assign(parameters.trainable());
                stores.get(rank).state().assign(parameters.state());
                return programs.get(rank).step(step, rows(rank, inputs));
            });
            assertThat(losses).allMatch(loss -> bits(loss) == bits(losses.get(0)));
            stores.forEach(
                    store -> assertSameBits(store.gradients(), stores.get(0).gradients()));
            List<BatchStatistics> first = statistics();
            for (TrainingProgram program : programs) {
                assertThat(program.statistics()).hasSameSizeAs(first);
                for (int i = 0; i < first.size(); i++) {
                    BatchStatistics own = program.statistics().get(i);
                    assertSameBits(own.mean(), first.get(i).mean());
                    assertSameBits(own.variance(), first.get(i).variance());
                    assertThat(bits(own.count())).isEqualTo(bits(first.get(i).count()));
                }
            }
            parameters.gradients().assign(stores.get(0).gradients());
            return losses.get(0);
        }

        private static long bits(double value) {
            return Double.doubleToLongBits(value);
        }

        private void assertSameBits(INDArray actual, INDArray expected) {
            assertThat(Floats.values(actual)).isEqualTo(Floats.values(expected));
        }

        private INDArray[] rows(int rank, INDArray... inputs) {
            int first = Arrays.stream(sizes, 0, rank).sum();
            return sizes[rank] == 0
                    ? new INDArray[0]
                    : Arrays.stream(inputs)
                            .map(whole -> {
                                long[] shape = whole.shape().clone();
                                shape[0] = sizes[rank];
                                return whole.get(NDArrayIndex.interval(first, first + sizes[rank]))
                                        .reshape('c', shape)
                                        .dup('c');
                            })
                            .toArray(INDArray[]::new);
        }

        @Override
        public List<INDArray> outputs() {
            List<INDArray> whole = new ArrayList<>();
            for (int i = 0; i < extra; i++) {
                int output = i;
                whole.add(Nd4j.concat(
                        0,
                        IntStream.range(0, sizes.length)
                                .filter(rank -> sizes[rank] > 0)
                                .mapToObj(rank -> programs.get(rank).outputs().get(output))
                                .toArray(INDArray[]::new)));
            }
            return whole;
        }

        @Override
        public List<BatchStatistics> statistics() {
            return programs.get(0).statistics();
        }

        @Override
        public void close() {
            programs.forEach(TrainingProgram::close);
            threads.shutdownNow();
        }
    }
}
