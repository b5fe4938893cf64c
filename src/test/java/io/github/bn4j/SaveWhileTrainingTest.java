package io.github.bn4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.op.Reshaping;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Sgd;
import io.github.bn4j.train.StepEvent;
import io.github.bn4j.train.TrainingListener;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A file that is saved while another thread trains holds the network as one step left it. */
class SaveWhileTrainingTest {

    private static final int FEATURES = 300_000;

    @TempDir
    Path folder;

    /* The loss is the output itself and every input is 1, so the gradient by every weight is 1 and a step of 1 subtracts 1 from
     * each: all weights are equal after every step, and say which step it was. */
    @Test
    void storesTheStateOfOneStep() throws InterruptedException, ExecutionException {
        Network net = Network.input(FEATURES).dense(1).build(1);
        net.parameters().get("dense_1.weight").assign(0);
        Loss output = (scope, y, target) -> scope.apply(new Reshaping(Shape.of()), y);
        Dataset ones =
                Dataset.of(Tensors.zeros(DataType.FLOAT, 4, FEATURES).addi(1), Tensors.zeros(DataType.FLOAT, 4, 1));
        CountDownLatch started = new CountDownLatch(1);
        TrainingListener first = new TrainingListener() {
            @Override
            public void onStep(StepEvent step) {
                started.countDown();
            }
        };
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try {
            Future<?> training = pool.submit(() -> net.trainer()
                    .loss(output)
                    .optimizer(Sgd.of(1))
                    .epochs(1000)
                    .batchSize(4)
                    .listener(first)
                    .fit(ones));
            started.await();
            Path path = folder.resolve("net.safetensors");
            Set<Double> steps = new HashSet<>();
            for (int i = 0; i < 60; i++) {
                net.save(path);
                INDArray weight = Network.load(path).parameters().get("dense_1.weight");
                assertThat(weight.minNumber().doubleValue())
                        .isEqualTo(weight.maxNumber().doubleValue())
                        .isNegative();
                steps.add(weight.getDouble(0));
            }
            assertThat(steps).hasSizeGreaterThan(5);
            training.cancel(true);
        } finally {
            pool.shutdownNow();
        }
    }
}
