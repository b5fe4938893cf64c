package io.github.bn4j.bench;

import io.github.bn4j.Network;
import io.github.bn4j.bench.peer.Contender;
import io.github.bn4j.bench.peer.Work;
import io.github.bn4j.bench.peer.Worker;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.InferenceProgram;
import io.github.bn4j.engine.Precision;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Sgd;
import io.github.bn4j.train.StepEvent;
import io.github.bn4j.train.Trainer;
import io.github.bn4j.train.TrainingListener;
import java.io.IOException;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** bn4j itself: trainings by {@link Trainer#fit}, predictions by a compiled program, of a single example also by the ways of a user. */
final class Bn4jWorker {

    /** Steps at the start of each fit that are not timed, as its time would include the compilation. */
    private static final int COLD = 1;

    private Bn4jWorker() {}

    /** Serves with the engine of the contender named by the only argument. */
    public static void main(String[] args) throws IOException {
        switch (args[0]) {
            case "bn4j-predict" -> Worker.serve(work -> singly(work, Nets.of(work.net())::predict));
            case "bn4j-predictor" ->
                Worker.serve(work -> singly(work, Nets.of(work.net()).predictor()::predict));
            default -> Worker.serve(work -> open(engine(args[0]), work));
        }
    }

    private static Contender.Task singly(Work work, UnaryOperator<float[]> prediction) throws Exception {
        if (work.training() || work.batch() != 1) {
            throw new UnsupportedOperationException("predictions of one example only");
        }
        float[] features = work.features();
        float[][] last = new float[1][];
        return Contender.Task.of(() -> last[0] = prediction.apply(features));
    }

    private static Engine engine(String contender) {
        return switch (contender) {
            case "bn4j-nd4j" -> Engine.nd4j();
            case "bn4j-onednn", "bn4j-onednn3" -> Engine.oneDnn();
            case "bn4j-mixed", "bn4j-mixed3" -> Engine.oneDnn().precision(Precision.MIXED);
            default -> throw new IllegalArgumentException("no engine for " + contender);
        };
    }

    private static Contender.Task open(Engine engine, Work work) throws Exception {
        Network network = Nets.of(work.net());
        if (!work.training()) {
            InferenceProgram program = engine.inference(network.graph(), network.parameters(), work.batch());
            float[] features = work.features();
            long[] shape = work.shape();
            return Contender.Task.of(() -> program.run(features, shape));
        }
        INDArray features = Nd4j.create(work.features(), work.shape(), 'c');
        float[] labels = new float[work.batch()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = work.labels()[i];
        }
        Dataset data = Dataset.of(features, Nd4j.createFromArray(labels));
        Trainer trainer = network.on(engine)
                .trainer()
                .seed(42)
                .optimizer(Sgd.of(0.01).momentum(0.9))
                .loss(Loss.softmaxCrossEntropy())
                .batchSize(work.batch());
        trainer.fit(data);
        return steps -> {
            Clock clock = new Clock(steps);
            trainer.epochs(COLD + steps).listener(clock).fit(data);
            return clock.times();
        };
    }

    /** The moments when steps end. */
    private static final class Clock implements TrainingListener {

        private final long[] ends;
        private int done;

        Clock(int steps) {
            this.ends = new long[COLD + steps];
        }

        @Override
        public void onStep(StepEvent step) {
            ends[done++] = System.nanoTime();
        }

        long[] times() {
            long[] times = new long[ends.length - COLD];
            for (int i = 0; i < times.length; i++) {
                times[i] = ends[COLD + i] - ends[COLD + i - 1];
            }
            return times;
        }
    }
}
