package io.github.bn4j.spark.internal.job;

import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.spark.SimpleFutureAction;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import scala.Function0;
import scala.Function1;
import scala.Function2;
import scala.Tuple2;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.BoxedUnit;
import scala.util.Try;

/**
 * One job with a task for each rank, all at the same time (a barrier stage).
 *
 * @param timeout how long a rank waits for the others
 * @param port the first one that ranks listen on; 0 for any
 */
public record RankJob(JavaSparkContext spark, int ranks, Duration timeout, int port) {

    /** How long the others may take to end after one rank has failed, until Spark is told to end them. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private static final int GLANCE_MILLIS = 20;

    /** Says the number of the row of an example. */
    @FunctionalInterface
    public interface RowNumber<E> extends Serializable {
        int of(E example);
    }

    /**
     * Data that come to the ranks by a shuffle, sorted as they want them, so that no executor has to hold all of them.
     *
     * @param examples all of them
     * @param row the number of an example, by which rows are meant
     * @param rows those that each rank gets, in its order
     */
    public record Data<E>(JavaRDD<E> examples, RowNumber<E> row, List<int[]> rows) implements RankData<E> {

        @Override
        public JavaRDD<E> byRank(RankJob job, Consumer<Broadcast<?>> sent) {
            Broadcast<Routes> routes = job.spark().broadcast(Routes.of(rows));
            sent.accept(routes);
            RowNumber<E> number = row;
            return examples.flatMapToPair(
                            example -> Arrays.stream(routes.value().positions(number.of(example)))
                                    .mapToObj(position -> new Tuple2<>(position, example))
                                    .iterator())
                    .repartitionAndSortWithinPartitions(new ByRank(job.ranks(), routes))
                    .values();
        }
    }

    /**
     * Runs the job.
     *
     * @param work what each rank does
     * @return what one of them leaves
     * @throws LostWorkerException if it has come to nothing, but might not the next time
     * @throws RuntimeException what a rank has thrown
     * @throws CancellationException if the thread is interrupted; the interrupt stays
     */
    public <E> Optional<byte[]> run(String description, RankData<E> training, RankData<E> validation, RankWork<E> work)
            throws LostWorkerException {
        List<Broadcast<?>> sent = new ArrayList<>();
        try {
            JavaRDD<Feeds<E>> feeds = training.byRank(this, sent::add)
                    .zipPartitions(validation.byRank(this, sent::add), (examples, judged) -> List.of(
                                    new Feeds<>(examples, judged))
                            .iterator());
            ClassTag<Outcome> outcome = ClassTag$.MODULE$.apply(Outcome.class);
            RDD<Outcome> outcomes =
                    feeds.rdd().barrier().mapPartitions(new RankTask<>(work, timeout, port), false, outcome);
            return state(run(description, outcomes));
        } finally {
            uninterrupted(() -> sent.forEach(Broadcast::destroy));
        }
    }

    /** Does what would throw at once where the thread is interrupted, which it stays. */
    public static void uninterrupted(Runnable work) {
        boolean interrupted = Thread.interrupted();
        try {
            work.run();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private List<Outcome> run(String description, RDD<Outcome> outcomes) throws LostWorkerException {
        SparkContext context = spark.sc();
        List<Outcome> arrived = Collections.synchronizedList(new ArrayList<>());
        String formerly = context.getLocalProperty("spark.job.description");
        String interrupts = context.getLocalProperty("spark.job.interruptOnCancel");
        context.setLocalProperty("spark.job.description", description);
        context.setLocalProperty("spark.job.interruptOnCancel", "true");
        try {
            SimpleFutureAction<Integer> action = context.submitJob(
                    outcomes,
                    (Function1<Iterator<Outcome>, Outcome> & Serializable) Iterator::next,
                    CollectionConverters.asScala(IntStream.range(0, ranks)
                                    .mapToObj(rank -> (Object) rank)
                                    .toList())
                            .toList(),
                    (Function2<Object, Outcome, BoxedUnit> & Serializable) (rank, one) -> {
                        arrived.add(one);
                        return BoxedUnit.UNIT;
                    },
                    (Function0<Integer> & Serializable) () -> 0);
            await(action, arrived);
            return List.copyOf(arrived);
        } finally {
            context.setLocalProperty("spark.job.description", formerly);
            context.setLocalProperty("spark.job.interruptOnCancel", interrupts);
        }
    }

    private void await(SimpleFutureAction<Integer> action, List<Outcome> arrived) throws LostWorkerException {
        Starting starting = new Starting(spark, action, timeout);
        long failed = 0;
        while (!action.isCompleted()) {
            pause(action);
            if (failed == 0 && anyFailed(arrived)) {
                failed = System.nanoTime();
            }
            boolean tooLong = failed != 0 && System.nanoTime() - failed > GRACE.toNanos();
            if (tooLong || starting.takesTooLong()) {
                action.cancel();
                checkArrived(arrived);
                throw new LostWorkerException(
                        "%s tasks at the same time within %s s but got none that starts; see what else runs on this cluster"
                                .formatted(ranks, timeout.toSeconds()),
                        null);
            }
        }
        checkArrived(arrived);
        Try<Integer> ended = action.value().get();
        if (ended.isFailure()) {
            throw failure(ended.failed().get());
        }
    }

    private static void pause(SimpleFutureAction<Integer> action) {
        try {
            Thread.sleep(GLANCE_MILLIS);
        } catch (InterruptedException e) {
            action.cancel();
            Thread.currentThread().interrupt();
            throw new CancellationException("fit expects a thread that goes on but got an interrupt");
        }
    }

    private static boolean anyFailed(List<Outcome> arrived) {
        synchronized (arrived) {
            return arrived.stream().anyMatch(Outcome::hasFailed);
        }
    }

    /** Throws what a rank has thrown; of several that which did not only follow from others. */
    private static void checkArrived(List<Outcome> arrived) throws LostWorkerException {
        List<Outcome> failed;
        synchronized (arrived) {
            failed = arrived.stream().filter(Outcome::hasFailed).toList();
        }
        for (Outcome one : failed) {
            if (!one.secondary()) {
                RuntimeException thrown = one.thrown(Thread.currentThread().getContextClassLoader());
                thrown.addSuppressed(
                        new IllegalStateException("thrown by rank %d at %s".formatted(one.rank(), one.host())));
                throw thrown;
            }
        }
        if (!failed.isEmpty()) {
            Outcome first = failed.get(0);
            throw new LostWorkerException(
                    String.valueOf(first.sentence()),
                    first.thrown(Thread.currentThread().getContextClassLoader()));
        }
    }

    private LostWorkerException failure(Throwable failure) throws LostWorkerException {
        String message = String.valueOf(failure.getMessage());
        // The tasks of the barrier stage bring back what they throw, so that this is about executors.
        boolean lost = message.contains("barrier") || message.contains("ExecutorLostFailure");
        if (lost) {
            return new LostWorkerException(Sentence.of(message), failure);
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RuntimeException known) {
                throw known;
            }
        }
        throw new IllegalStateException(
                "SparkTrainer expects tasks that come to their end but got " + Sentence.of(message), failure);
    }

    private static Optional<byte[]> state(List<Outcome> outcomes) {
        return outcomes.stream().map(Outcome::state).filter(Objects::nonNull).findFirst();
    }
}
