package io.github.bn4j;

import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.InferenceProgram;
import io.github.bn4j.engine.Shard;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Predicts as the reference engine does, but only when it is let, and remembers what it was asked. */
final class GatedEngine implements Engine {

    /** Each run takes a permit. */
    final Semaphore gate = new Semaphore(0);

    /** The rows of each run, in the order in which they began. */
    final ConcurrentLinkedQueue<Integer> runs = new ConcurrentLinkedQueue<>();

    final AtomicInteger compiled = new AtomicInteger();
    final AtomicInteger closed = new AtomicInteger();
    volatile RuntimeException failure;

    /** One that lets all through. */
    static GatedEngine open() {
        GatedEngine engine = new GatedEngine();
        engine.gate.release(Integer.MAX_VALUE / 2);
        return engine;
    }

    @Override
    public InferenceProgram inference(Graph graph, Parameters parameters, int batch) {
        compiled.incrementAndGet();
        InferenceProgram program = Engine.nd4j().inference(graph, parameters, batch);
        return new InferenceProgram() {
            @Override
            public List<INDArray> run(INDArray... inputs) {
                runs.add(batch);
                gate.acquireUninterruptibly();
                if (failure != null) {
                    throw failure;
                }
                return program.run(inputs);
            }

            @Override
            public Optional<InferenceProgram> copy() {
                return Optional.of(inference(graph, parameters, batch));
            }

            @Override
            public void refresh() {
                program.refresh();
            }

            @Override
            public void close() {
                closed.incrementAndGet();
                program.close();
            }
        };
    }

    @Override
    public TrainingProgram training(Graph graph, Parameters parameters, int batch, long seed) {
        return Engine.nd4j().training(graph, parameters, batch, seed);
    }

    @Override
    public TrainingProgram training(Graph graph, Parameters parameters, Shard shard, long seed) {
        return Engine.nd4j().training(graph, parameters, shard, seed);
    }

    @Override
    public String name() {
        return "gated";
    }
}
