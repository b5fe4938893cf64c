package io.github.bn4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.linalg.api.buffer.DataType;

@Timeout(60)
class PredictorTest {

    private static final Duration LONG = Duration.ofHours(1);

    private final ExecutorService clients = Executors.newCachedThreadPool();

    @AfterEach
    void endClients() throws InterruptedException {
        clients.shutdownNow();
        assertThat(clients.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    }

    private static Network net() {
        return Network.input(3).dense(8).batchNorm1d().relu().dense(2).build(5).classNames(List.of("no", "yes"));
    }

    private static float[][] examples(int rows, int length) {
        Random random = new Random(rows);
        float[][] examples = new float[rows][length];
        for (float[] example : examples) {
            for (int i = 0; i < length; i++) {
                example[i] = (float) random.nextGaussian();
            }
        }
        return examples;
    }

    private static void until(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 20_000 && !condition.getAsBoolean(); i++) {
            Thread.sleep(1);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    /** Calls from a thread each, in order, that are all waiting in the predictor when this returns. */
    private List<Future<float[]>> waiting(Predictor service, float[]... examples) throws InterruptedException {
        List<Future<float[]>> answers = new ArrayList<>();
        for (float[] example : examples) {
            answers.add(waiting(() -> service.predict(example)));
        }
        return answers;
    }

    private <T> Future<T> waiting(Callable<T> call) throws InterruptedException {
        FutureTask<T> task = new FutureTask<>(call);
        Thread[] thread = new Thread[1];
        clients.execute(() -> {
            thread[0] = Thread.currentThread();
            task.run();
        });
        until(() -> thread[0] != null
                && (thread[0].getState() == Thread.State.TIMED_WAITING
                        || thread[0].getState() == Thread.State.WAITING));
        return task;
    }

    private static <T> T get(Future<T> answer) throws Exception {
        return answer.get(20, TimeUnit.SECONDS);
    }

    @Test
    void answersAsTheNetworkDoes() {
        Network net = net();
        float[][] examples = examples(20, 3);
        try (Predictor service = net.predictor().batch(64).wait(Duration.ofMillis(2))) {
            for (float[] example : examples) {
                double[] wide = {example[0], example[1], example[2]};
                assertThat(service.predict(example)).containsExactly(net.predict(example), within(1e-6f));
                assertThat(service.predict(wide)).containsExactly(net.predict(wide), within(1e-6));
                assertThat(service.probabilities(example)).containsExactly(net.probabilities(example), within(1e-6f));
                assertThat(service.probabilities(wide)).containsExactly(net.probabilities(wide), within(1e-6));
                assertThat(service.classify(example)).isEqualTo(net.classify(example));
                assertThat(service.classify(wide)).isEqualTo(net.classify(wide));
            }
        }
    }

    @Test
    void givesEachOfManyThreadsItsOwnAnswer() throws Exception {
        Network net = Network.input(1, 8, 8)
                .conv2d(11, 3)
                .batchNorm2d()
                .relu()
                .flatten()
                .dense(10)
                .build(3);
        float[][] examples = examples(97, 64);
        float[][] expected = net.predict(examples);
        try (Predictor service = net.predictor().batch(24)) {
            List<Future<Integer>> clients = new ArrayList<>();
            for (int client = 0; client < 40; client++) {
                int first = client;
                clients.add(this.clients.submit(() -> {
                    for (int i = 0; i < 100; i++) {
                        int row = (first * 13 + i) % examples.length;
                        assertThat(service.predict(examples[row])).containsExactly(expected[row], within(1e-4f));
                    }
                    return 100;
                }));
            }
            for (Future<Integer> client : clients) {
                assertThat(get(client)).isEqualTo(100);
            }
        }
    }

    @Test
    void computesInFloat64WhereTheNetworkDoes() {
        Network net = Network.input(3).dense(2).build(3, DataType.DOUBLE);
        double[] example = {1.0 / 3, 1e-9, 1e200};
        try (Predictor service = net.predictor()) {
            assertThat(service.predict(example)).isEqualTo(net.predict(example));
            assertThat(service.predict(1, 2, 3)).hasSize(2);
        }
    }

    @Test
    void gathersWhatComesWhileTheEngineIsBusy() throws Exception {
        Network net = net();
        GatedEngine engine = new GatedEngine();
        float[][] examples = examples(8, 3);
        float[][] expected = net.predict(examples);
        try (Predictor service = net.on(engine).predictor().wait(LONG)) {
            List<Future<float[]>> first = waiting(service, examples[0]);
            until(() -> !engine.runs.isEmpty());
            List<Future<float[]>> others = waiting(service, Arrays.copyOfRange(examples, 1, 8));
            engine.gate.release(2);

            assertThat(get(first.get(0))).containsExactly(expected[0], within(1e-6f));
            for (int i = 0; i < 7; i++) {
                assertThat(get(others.get(i))).containsExactly(expected[i + 1], within(1e-6f));
            }
            assertThat(engine.runs).as("seven in a program of eight").containsExactly(1, 8);
        }
    }

    @Test
    void takesTheOldestFirstAndNoMoreThanABatch() throws Exception {
        GatedEngine engine = new GatedEngine();
        float[][] examples = examples(8, 3);
        try (Predictor service = net().on(engine).predictor().batch(3).wait(LONG)) {
            waiting(service, examples[0]);
            until(() -> !engine.runs.isEmpty());
            List<Future<float[]>> others = waiting(service, Arrays.copyOfRange(examples, 1, 8));
            engine.gate.release(2);
            for (int i = 0; i < 3; i++) {
                assertThat(get(others.get(i))).hasSize(2);
            }
            until(() -> engine.runs.size() == 3);

            assertThat(engine.runs).containsExactly(1, 3, 3);
            assertThat(others.subList(3, 7)).noneMatch(Future::isDone);
            engine.gate.release(2);
            get(others.get(6));
            assertThat(engine.runs).containsExactly(1, 3, 3, 1);
        }
    }

    /** One in four rows of a program at most is empty, and there are few programs, whatever comes. */
    @Test
    void compilesProgramsOfFewSizes() throws Exception {
        GatedEngine engine = new GatedEngine();
        try (Predictor service = net().on(engine).predictor().batch(48).wait(LONG)) {
            for (int count : new int[] {1, 2, 3, 5, 6, 11, 12, 17, 24, 25, 40, 48}) {
                waiting(service, examples(1, 3));
                until(() -> engine.runs.size() == 1);
                engine.runs.clear();
                List<Future<float[]>> others = waiting(service, examples(count, 3));
                engine.gate.release(100);
                for (Future<float[]> other : others) {
                    get(other);
                }
                engine.gate.drainPermits();
                assertThat(engine.runs.stream().mapToInt(rows -> rows).sum()).isBetween(count, (count * 4 + 2) / 3);
                engine.runs.clear();
            }
            assertThat(engine.compiled).as("1, 2, 4, 8, 16, 32 and 48").hasValue(7);
        }
        assertThat(engine.closed).hasValue(7);
    }

    @Test
    void startsAtOnceWhileNothingIsUnderWay() {
        GatedEngine engine = GatedEngine.open();
        try (Predictor service = net().on(engine).predictor().batch(64).wait(LONG)) {
            for (float[] example : examples(5, 3)) {
                assertThat(service.predict(example)).hasSize(2);
            }
        }
        assertThat(engine.runs).containsExactly(1, 1, 1, 1, 1);
    }

    @Test
    void startsBesideWhatIsUnderWayAfterTheWait() throws Exception {
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "a processor for the second batch");
        GatedEngine engine = new GatedEngine();
        try (Predictor service = net().on(engine).predictor().wait(Duration.ofMillis(50))) {
            List<Future<float[]>> answers = waiting(service, examples(2, 3));
            until(() -> engine.runs.size() == 2);
            engine.gate.release(2);

            assertThat(get(answers.get(0))).hasSize(2);
            assertThat(get(answers.get(1))).hasSize(2);
            assertThat(engine.compiled).as("one and its copy").hasValue(2);
        }
    }

    @Test
    void keepsTheParametersOfWhenItWasMade() {
        Network net = net();
        float[] example = {1, 2, 3};
        float[] before = net.predict(example);
        try (Predictor service = net.predictor()) {
            net.parameters().get("dense_2.weight").muli(2);

            assertThat(service.predict(example)).containsExactly(before, within(1e-6f));
            assertThat(net.predict(example)).isNotEqualTo(before);
        }
    }

    @Test
    void refusesAWrongExampleAlone() throws Exception {
        GatedEngine engine = new GatedEngine();
        try (Predictor service = net().on(engine).predictor().wait(LONG)) {
            waiting(service, examples(1, 3));
            List<Future<float[]>> good = waiting(service, examples(1, 3));

            assertThatThrownBy(() -> service.classify(1, Float.NaN, 3))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "network expects finite numbers in input \"features\" but got NaN in row 0; fill in what is missing,"
                                    + " or leave such rows out");
            assertThatThrownBy(() -> service.predict(1, 1e39, 3))
                    .hasMessage(
                            "network expects finite numbers in input \"features\" but got 1.0E39, more than FLOAT holds, in row"
                                    + " 0; fill in what is missing, or leave such rows out");
            assertThatThrownBy(() -> service.predict(new float[2]))
                    .hasMessage("input \"features\" expects 3 numbers but got 2");
            engine.gate.release(2);
            assertThat(get(good.get(0))).hasSize(2);
        }
    }

    @Test
    void endsEachCallOfABatchThatFails() throws Exception {
        GatedEngine engine = new GatedEngine();
        try (Predictor service = net().on(engine).predictor().wait(LONG)) {
            List<Future<float[]>> answers = waiting(service, examples(1, 3));
            until(() -> !engine.runs.isEmpty());
            answers.addAll(waiting(service, examples(3, 3)));
            engine.failure = new IllegalStateException("out of order");
            engine.gate.release(2);
            for (Future<float[]> answer : answers) {
                assertThatThrownBy(() -> get(answer))
                        .isInstanceOf(ExecutionException.class)
                        .cause()
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("predictor expects a batch that can be computed but got"
                                + " java.lang.IllegalStateException: out of order; its cause says where, and all calls of the"
                                + " batch end so")
                        .hasCause(engine.failure);
            }
            engine.failure = null;
            engine.gate.release(1);
            assertThat(service.predict(1, 2, 3)).as("the next one").hasSize(2);
        }
    }

    @Test
    void endsAnInterruptedCallAndGoesOnWithTheOthers() throws Exception {
        GatedEngine engine = new GatedEngine();
        float[][] examples = examples(3, 3);
        try (Predictor service = net().on(engine).predictor().wait(LONG)) {
            List<Future<float[]>> first = waiting(service, examples[0]);
            until(() -> !engine.runs.isEmpty());
            FutureTask<Boolean> task = new FutureTask<>(() -> {
                assertThatThrownBy(() -> service.predict(examples[1]))
                        .isInstanceOf(CancellationException.class)
                        .hasMessage(
                                "predictor expects a thread that goes on but got an interrupt while it waited; its answer"
                                        + " is lost");
                return Thread.interrupted();
            });
            Thread thread = new Thread(task);
            thread.start();
            until(() -> thread.getState() == Thread.State.TIMED_WAITING);
            List<Future<float[]>> last = waiting(service, examples[2]);
            thread.interrupt();
            assertThat(get(task)).as("still interrupted").isTrue();
            engine.gate.release(2);

            assertThat(get(first.get(0))).hasSize(2);
            assertThat(get(last.get(0))).hasSize(2);
            assertThat(engine.runs).as("its example was not computed").containsExactly(1, 1);
        }
    }

    @Test
    void refusesWhatWaitsLongerThanItMay() throws Exception {
        GatedEngine engine = new GatedEngine();
        float[][] examples = examples(4, 3);
        try (Predictor service =
                net().on(engine).predictor().wait(LONG).queue(1).timeout(Duration.ofMillis(200))) {
            List<Future<float[]>> first = waiting(service, examples[0]);
            until(() -> !engine.runs.isEmpty());
            List<Future<float[]>> others = waiting(service, examples[1], examples[2]);
            for (Future<float[]> other : others) {
                assertThatThrownBy(() -> get(other))
                        .cause()
                        .isInstanceOf(RejectedExecutionException.class)
                        .hasMessageMatching(
                                "predictor expects to start a call within 200 ms but got one that waited longer,"
                                        + " with [01] others waiting; call less often, or allow a longer timeout");
            }
            assertThat(first.get(0).isDone()).as("it is under way").isFalse();
            engine.gate.release(2);
            assertThat(get(first.get(0))).hasSize(2);
            assertThat(service.predict(examples[3])).as("the next one").hasSize(2);
        }
    }

    @Test
    void makesCallsWaitForAPlace() throws Exception {
        GatedEngine engine = new GatedEngine();
        try (Predictor service = net().on(engine).predictor().wait(LONG).queue(2)) {
            waiting(service, examples(1, 3));
            until(() -> !engine.runs.isEmpty());
            List<Future<float[]>> others = waiting(service, examples(5, 3));
            engine.gate.release(1);
            until(() -> engine.runs.size() == 2);

            assertThat(engine.runs).as("two had a place").containsExactly(1, 2);
            engine.gate.release(10);
            for (Future<float[]> other : others) {
                assertThat(get(other)).hasSize(2);
            }
        }
    }

    @Test
    void answersWhatIsUnderWayBeforeItCloses() throws Exception {
        GatedEngine engine = new GatedEngine();
        Predictor service = net().on(engine).predictor().wait(LONG);
        List<Future<float[]>> answers = waiting(service, examples(1, 3));
        until(() -> !engine.runs.isEmpty());
        answers.addAll(waiting(service, examples(3, 3)));
        Future<Boolean> closing = waiting(() -> {
            service.close();
            return true;
        });

        assertThatThrownBy(() -> service.predict(1, 2, 3))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("predictor expects to be open but got a call after close; make a new one");
        assertThat(closing.isDone()).isFalse();
        assertThat(engine.closed).hasValue(0);
        engine.gate.release(2);
        for (Future<float[]> answer : answers) {
            assertThat(get(answer)).hasSize(2);
        }
        assertThat(get(closing)).isTrue();
        assertThat(engine.closed).hasValue(2);
        service.close();
        assertThatThrownBy(() -> service.classify(1, 2, 3)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void neverLosesACallWhenManyAreInterruptedAtOnce() throws Exception {
        Network net = net();
        float[][] examples = examples(16, 3);
        float[][] expected = net.predict(examples);
        try (Predictor service = net.predictor().batch(4).queue(3)) {
            List<Future<Integer>> all = new ArrayList<>();
            for (int client = 0; client < 16; client++) {
                int row = client;
                all.add(clients.submit(() -> {
                    int answered = 0;
                    for (int i = 0; i < 300; i++) {
                        if ((row + i) % 7 == 0) {
                            Thread.currentThread().interrupt();
                        }
                        try {
                            assertThat(service.predict(examples[row])).containsExactly(expected[row], within(1e-5f));
                            answered++;
                        } catch (CancellationException e) {
                            assertThat(Thread.currentThread().isInterrupted()).isTrue();
                        }
                        Thread.interrupted();
                    }
                    return answered;
                }));
            }
            for (Future<Integer> one : all) {
                assertThat(get(one)).isGreaterThan(200);
            }
        }
    }

    @Test
    void refusesANetworkThatCannotBeComputedWith() {
        Network net = net();
        net.parameters().get("dense_1.weight").putScalar(0, Double.NaN);

        assertThatThrownBy(net::predictor)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith(
                        "predictor expects finite parameters but got NaN at [0, 0] of \"dense_1.weight\";");
    }

    @Test
    void explainsItselfWhereThereAreNoClasses() {
        try (Predictor service = Network.input(3).dense(2).build(1).predictor()) {
            assertThat(service.predict(1, 2, 3)).hasSize(2);
            assertThatThrownBy(() -> service.classify(1, 2, 3))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith(
                            "classify expects a network with one output that is a classification but got ");
        }
    }

    @Test
    void checksItsSettings() {
        Predictor service = net().predictor();

        assertThat(service).hasToString("Predictor[batch 64, wait PT0.0002S, queue 1024]");
        assertThat(service.batch(5).wait(Duration.ZERO).queue(7).timeout(Duration.ofSeconds(3)))
                .hasToString("Predictor[batch 5, wait PT0S, queue 7, timeout PT3S]");
        assertThatThrownBy(() -> service.batch(0)).hasMessage("Predictor.batch expects at least 1 example but got 0");
        assertThatThrownBy(() -> service.queue(0)).hasMessage("Predictor.queue expects at least 1 call but got 0");
        assertThatThrownBy(() -> service.wait(Duration.ofMillis(-1)))
                .hasMessage("Predictor.wait expects a Duration of at least 0 but got PT-0.001S");
        assertThatThrownBy(() -> service.timeout(Duration.ofMillis(-1)))
                .hasMessage("Predictor.timeout expects a Duration of at least 0 but got PT-0.001S");
        assertThat(service.wait(Duration.ofSeconds(Long.MAX_VALUE))).isNotNull();
        assertThat(IntStream.range(0, 3)
                        .mapToObj(i -> service.classify(1, 2, 3))
                        .distinct())
                .hasSize(1);
        service.close();
    }
}
