package io.github.bn4j.spark.internal.job;

import io.github.bn4j.spark.internal.mesh.MeshCollective;
import io.github.bn4j.spark.internal.mesh.Patience;
import io.github.bn4j.spark.internal.mesh.Rendezvous;
import java.io.Serializable;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.shuffle.FetchFailedException;
import scala.Function1;
import scala.jdk.javaapi.CollectionConverters;

/** The task of a rank: comes together with the others, works, and brings back what came of it. */
final class RankTask<E>
        implements Function1<scala.collection.Iterator<Feeds<E>>, scala.collection.Iterator<Outcome>>, Serializable {

    private static final long serialVersionUID = 1;

    private final RankWork<E> work;
    private final Duration timeout;
    private final int port;

    RankTask(RankWork<E> work, Duration timeout, int port) {
        this.work = work;
        this.timeout = timeout;
        this.port = port;
    }

    @Override
    public scala.collection.Iterator<Outcome> apply(scala.collection.Iterator<Feeds<E>> feeds) {
        return CollectionConverters.asScala(
                List.of(run(CollectionConverters.asJava(feeds))).iterator());
    }

    private Outcome run(Iterator<Feeds<E>> feeds) {
        BarrierTaskContext context = BarrierTaskContext.get();
        String host = context.getTaskInfos()[context.partitionId()].address();
        try (MeshCollective collective =
                Rendezvous.join(context, new Patience(timeout, context::isInterrupted), port)) {
            try {
                return Outcome.of(context.partitionId(), host, work.run(collective, feeds.next()));
            } catch (Exception | Error failure) {
                collective.fail(failure);
                throw failure;
            }
        } catch (VirtualMachineError fatal) {
            // Spark ends the executor.
            throw fatal;
        } catch (Exception | Error failure) {
            rethrowThatOfSpark(failure);
            return Outcome.failed(context.partitionId(), host, failure);
        }
    }

    /** What Spark throws to itself must not be held up. */
    private static void rethrowThatOfSpark(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof FetchFailedException || cause instanceof TaskKilledException) {
                throw RankTask.<RuntimeException>same(failure);
            }
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <T extends Throwable> RuntimeException same(Throwable failure) throws T {
        throw (T) failure;
    }
}
