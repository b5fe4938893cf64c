package io.github.bn4j.spark.internal.mesh;

import io.github.bn4j.engine.CollectiveException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.RequestMethod$;
import org.apache.spark.RequestToSync;
import org.apache.spark.SparkEnv;
import org.apache.spark.rpc.AbortableRpcFuture;
import org.apache.spark.rpc.RpcEndpointRef;
import org.apache.spark.rpc.RpcTimeout;
import org.apache.spark.util.RpcUtils;
import scala.concurrent.duration.FiniteDuration;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * What {@link BarrierTaskContext#allGather} does, as the first such call of a stage, within milliseconds: Spark's own looks once in a second
 * whether the others have come (SPARK-31472). It asks the same coordinator in the same words.
 *
 * @param context of a task that takes part in no other barrier
 */
record Gathering(BarrierTaskContext context, Patience patience) implements Function<String, String[]> {

    /* Executors may have to fetch the jars of the application first. */
    private static final int MOST_MINUTES = 10;

    private static final int GLANCE_MILLIS = 2;

    @Override
    public String[] apply(String words) {
        SparkEnv env = SparkEnv.get();
        RpcEndpointRef coordinator = RpcUtils.makeDriverRef("barrierSync", env.conf(), env.rpcEnv());
        RequestToSync request = new RequestToSync(
                context.numPartitions(),
                context.stageId(),
                context.stageAttemptNumber(),
                context.taskAttemptId(),
                0,
                context.partitionId(),
                words,
                RequestMethod$.MODULE$.ALL_GATHER());
        RpcTimeout limit = new RpcTimeout(new FiniteDuration(MOST_MINUTES, TimeUnit.MINUTES), "bn4j");
        ClassTag<String[]> texts = ClassTag$.MODULE$.apply(String[].class);
        AbortableRpcFuture<String[]> answer = coordinator.askAbortable(request, limit, texts);
        try {
            while (!answer.future().isCompleted()) {
                Thread.sleep(GLANCE_MILLIS);
                if (patience.cancelled().getAsBoolean()) {
                    throw new InterruptedException("the task");
                }
            }
        } catch (InterruptedException e) {
            answer.abort(e);
            context.killTaskIfInterrupted();
            Thread.currentThread().interrupt();
            throw new CollectiveException("SparkTrainer expects a task that goes on but got an interrupt", e);
        }
        if (answer.future().value().get().isFailure()) {
            Throwable failure = answer.future().value().get().failed().get();
            throw new CollectiveException(
                    "SparkTrainer expects all " + context.numPartitions() + " tasks to come within " + MOST_MINUTES
                            + " minutes but got " + failure,
                    failure);
        }
        return answer.future().value().get().get();
    }
}
