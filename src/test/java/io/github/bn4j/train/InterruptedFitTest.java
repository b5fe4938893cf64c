package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.Bits;
import io.github.bn4j.Network;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.Split;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A training whose thread is interrupted at any moment, as Ctrl-C does in JShell, {@code Future.cancel(true)} and {@code
 * shutdownNow()} anywhere, ends as {@code fit} says and has stored its best network.
 */
class InterruptedFitTest {

    private static final Split DATA = Digits.load().slice(0, 40).split(0.5, 1);
    private static final int EPOCHS = 2;

    @TempDir
    private Path folder;

    /** Passes its input on, and interrupts a thread when it has been asked to so often. */
    record Interrupting() implements Op {

        private static final AtomicInteger CALLS_LEFT = new AtomicInteger();
        private static volatile Thread thread = Thread.currentThread();

        static void arm(int calls) {
            thread = Thread.currentThread();
            CALLS_LEFT.set(calls);
        }

        @Override
        public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
            return inputs.get(0);
        }

        @Override
        public INDArray forward(Call call) {
            if (CALLS_LEFT.decrementAndGet() == 0) {
                thread.interrupt();
            }
            return call.input(0);
        }

        @Override
        public Gradients backward(Call call, INDArray dy) {
            return Gradients.of(dy);
        }
    }

    /** What the network was after each epoch. */
    private static final class Epochs implements TrainingListener {

        private final Network net;
        private final List<Epoch> told = new ArrayList<>();
        private final List<INDArray> parameters = new ArrayList<>();

        Epochs(Network net) {
            this.net = net;
        }

        @Override
        public void onEpoch(EpochEvent event) {
            told.add(event.epoch());
            parameters.add(net.parameters().trainable().dup());
        }

        private INDArray best() {
            return parameters.get(told.indexOf(KeepBest.byLoss().of(new History(told))));
        }
    }

    private static Network network(Engine engine) {
        return Network.input(1, 8, 8)
                .flatten()
                .dense(13)
                .batchNorm1d()
                .then((scope, x) -> scope.apply(new Interrupting(), x))
                .dense(10)
                .build(7)
                .on(engine);
    }

    private static Trainer trainer(Network net, Path file) {
        return net.trainer()
                .loss(Loss.softmaxCrossEntropy())
                .optimizer(Adam.of(0.05))
                .batchSize(10)
                .epochs(EPOCHS)
                .keepBest(file);
    }

    static Stream<Engine> engines() {
        return Stream.of(Engine.nd4j(), Engine.fastest(DataType.FLOAT), Engine.replicas(2));
    }

    @AfterEach
    void leaveNoInterrupt() {
        Interrupting.arm(0);
        Thread.interrupted();
    }

    /** Within steps, between them, while an epoch is judged, and so also while it is stored. */
    @ParameterizedTest
    @MethodSource("engines")
    void endsAsPromisedWhereverItIsInterrupted(Engine engine) throws Exception {
        int cancelled = 0;
        boolean completed = false;
        for (int calls = 1; !completed; calls++) {
            Path own = Files.createDirectory(folder.resolve("after" + calls));
            Path file = own.resolve("best.safetensors");
            Network net = network(engine);
            Epochs epochs = new Epochs(net);
            Trainer trainer = trainer(net, file).listener(epochs);
            Interrupting.arm(calls);
            History history = trainer.fit(DATA.train(), DATA.test());
            assertThat(history.epochs()).isEqualTo(epochs.told);
            completed = history.endedEarly().isEmpty();
            if (!completed) {
                cancelled++;
                assertThat(history.endedEarly().orElseThrow())
                        .matches("(before the first step|after epoch 1|in epoch " + (epochs.told.size() + 1)
                                + ", after [12] of 3 steps): the thread was interrupted");
            }
            assertThat(Thread.interrupted()).as("after %s calls", calls).isTrue();
            requireBest(file, epochs);
            assertThat(trainer.fit(DATA.train(), DATA.test()).epochs().size())
                    .isGreaterThan(epochs.told.size() - EPOCHS);
            requireBest(file, epochs);
            assertThat(own.toFile().list()).containsExactly("best.safetensors");
        }
        assertThat(cancelled).isGreaterThan(2 * EPOCHS);
    }

    /** The file is there as soon as an epoch is over, and holds the best of them to the bit. */
    private static void requireBest(Path file, Epochs epochs) {
        assertThat(Files.exists(file)).isEqualTo(!epochs.told.isEmpty());
        if (!epochs.told.isEmpty()) {
            Network stored = Network.load(file, Interrupting.class);
            Bits.assertSame(stored.parameters().trainable(), epochs.best());
        }
    }

    @ParameterizedTest
    @MethodSource("engines")
    void endsAsPromisedWhenItsTaskIsCancelled(Engine engine) throws Exception {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        for (int time = 0; time < 10; time++) {
            Path file = folder.resolve(time + ".safetensors");
            Network net = network(engine);
            Epochs epochs = new Epochs(net);
            Trainer trainer = trainer(net, file).epochs(1_000_000).listener(epochs);
            AtomicReference<History> end = new AtomicReference<>();
            AtomicBoolean flag = new AtomicBoolean();
            Future<?> task = pool.submit(() -> {
                end.set(trainer.fit(DATA.train(), DATA.test()));
                flag.set(Thread.currentThread().isInterrupted());
            });
            while (!Files.exists(file)) {
                Thread.sleep(1);
            }
            Thread.sleep(time);
            task.cancel(true);
            pool.submit(() -> "after it").get();
            assertThat(end.get().epochs()).isEqualTo(epochs.told);
            assertThat(end.get().endedEarly()).get().asString().endsWith(": the thread was interrupted");
            assertThat(flag).isTrue();
            requireBest(file, epochs);
        }
        pool.shutdown();
    }
}
