package io.github.bn4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.train.EndEvent;
import io.github.bn4j.train.History;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.StepEvent;
import io.github.bn4j.train.Trainer;
import io.github.bn4j.train.TrainingListener;
import io.github.bn4j.train.TrainingRun;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One network in several threads. */
class ThreadsTest {

    private final ExecutorService threads = Executors.newFixedThreadPool(4);

    @AfterEach
    void stop() throws InterruptedException {
        threads.shutdownNow();
        assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    }

    private static Network small() {
        return Network.input(1, 8, 8)
                .conv2d(4, 3)
                .batchNorm2d()
                .relu()
                .flatten()
                .dense(10)
                .build(42);
    }

    private static Trainer trainer(Network net) {
        return net.trainer().loss(Loss.softmaxCrossEntropy()).epochs(2);
    }

    /** Says when the third step is done, and goes on when it is let. */
    private static final class Pause implements TrainingListener {

        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);
        private int ends;

        @Override
        public void onStep(StepEvent step) {
            if (step.number() == 3) {
                reached.countDown();
                try {
                    assertThat(released.await(1, TimeUnit.MINUTES)).isTrue();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        }

        @Override
        public void onEnd(EndEvent end) {
            ends++;
        }
    }

    @Test
    void refusesASecondFitWhileOneIsRunning() throws Exception {
        Dataset digits = Digits.load().slice(0, 160);
        Network net = small();
        Pause pause = new Pause();
        Future<History> first =
                threads.submit(() -> trainer(net).listener(pause).fit(digits));
        assertThat(pause.reached.await(1, TimeUnit.MINUTES)).isTrue();
        AtomicInteger calls = new AtomicInteger();

        assertThatThrownBy(() -> trainer(net).listener(counting(calls)).fit(digits))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "fit expects a network that is not being trained but got one that is; wait for the other fit"
                                + " to end or use a copy");
        assertThatThrownBy(() -> net.recalibrate(digits))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "recalibrate expects a network that is not being trained but got one that is; wait for the other"
                                + " fit to end or use a copy");
        assertThatThrownBy(() -> net.batchNormReport(digits))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "batchNormReport expects a network that is not being trained but got one that is; wait for the"
                                + " other fit to end or use a copy");

        assertThat(calls).hasValue(0);
        assertThat(first).isNotDone();
        pause.released.countDown();
        assertThat(first.get(1, TimeUnit.MINUTES).epochs()).hasSize(2);
        assertThat(pause.ends).isEqualTo(1);
        Network undisturbed = small();
        trainer(undisturbed).fit(digits);
        assertThat(floats(net.parameters().trainable()))
                .containsExactly(floats(undisturbed.parameters().trainable()));
        assertThat(floats(net.parameters().state()))
                .containsExactly(floats(undisturbed.parameters().state()));
        assertThat(trainer(net).fit(digits).epochs()).hasSize(2);
    }

    private static TrainingListener counting(AtomicInteger calls) {
        return new TrainingListener() {
            @Override
            public void onStart(TrainingRun run) {
                calls.incrementAndGet();
            }

            @Override
            public void onEnd(EndEvent end) {
                calls.incrementAndGet();
            }
        };
    }

    @Test
    void predictsTheSameBitsInSeveralThreadsAsInOne() throws Exception {
        Dataset digits = Digits.load();
        Network net = small();
        trainer(net).fit(digits.slice(0, 160));
        // 300 rows are more than are predicted at once, and every part has other numbers.
        List<INDArray> parts = new ArrayList<>();
        List<float[]> serial = new ArrayList<>();
        for (int from = 0; from + 300 <= digits.size(); from += 50) {
            parts.add(digits.slice(from, from + 300).features());
            serial.add(floats(net.predict(parts.get(parts.size() - 1))));
        }
        List<Future<float[]>> concurrent = new ArrayList<>();
        for (int i = 0; i < 4 * parts.size(); i++) {
            INDArray part = parts.get(i % parts.size());
            concurrent.add(threads.submit(() -> floats(net.predict(part))));
        }
        for (int i = 0; i < concurrent.size(); i++) {
            assertThat(concurrent.get(i).get(1, TimeUnit.MINUTES)).containsExactly(serial.get(i % parts.size()));
        }
    }

    private static float[] floats(INDArray array) {
        return array.data().asFloat();
    }
}
