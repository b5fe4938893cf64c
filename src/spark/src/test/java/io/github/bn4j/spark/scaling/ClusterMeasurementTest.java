package io.github.bn4j.spark.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.engine.Collective;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.InferenceProgram;
import io.github.bn4j.engine.Shard;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.spark.LocalSpark;
import io.github.bn4j.train.Loop;
import io.github.bn4j.train.Loss;
import java.lang.reflect.Proxy;
import java.nio.Buffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LocalSpark.class)
@Timeout(120)
class ClusterMeasurementTest {

    private static Network network() {
        return Network.input(1, 8, 8)
                .conv2d(13, 3, Padding.SAME)
                .batchNorm2d()
                .relu()
                .globalAvgPool2d()
                .dense(7)
                .batchNorm1d()
                .relu()
                .dense(10)
                .build(42);
    }

    @Test
    void knowsTheBytesOfSums() throws Exception {
        // Sums and squares forward, two sums backward; 13 and 7 channels in float64.
        assertThat(ClusterMeasurement.statistics(network())).containsExactly(208, 208, 112, 112);
        // Loss and whether it is finite go with the gradients.
        long gradients = 4 * (network().parameters().trainable().length() + 2);
        assertThat(sumsOfAStep()).containsExactly(208L, 112L, 112L, 208L, gradients);
    }

    /** The bytes of each sum that a worker of two asks for in its second step, when running means are near. */
    private static List<Long> sumsOfAStep() throws Exception {
        List<Long> asked = new ArrayList<>();
        Dataset data = Digits.load();
        List<Thread> threads = new ArrayList<>();
        for (Collective one : Collective.threads(2)) {
            Collective watched = one.rank() == 0 ? watched(one, asked) : one;
            threads.add(new Thread(() -> {
                try (Loop loop = network()
                        .on(new Sharded(network().engine(), watched))
                        .trainer()
                        .loss(Loss.softmaxCrossEntropy())
                        .loop(16)) {
                    loop.step(data.slice(0, 16));
                    if (watched != one) {
                        asked.clear();
                    }
                    loop.step(data.slice(16, 32));
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        return asked;
    }

    private static Collective watched(Collective one, List<Long> asked) {
        return (Collective) Proxy.newProxyInstance(
                Collective.class.getClassLoader(), new Class<?>[] {Collective.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("allReduce")) {
                        Buffer values = (Buffer) arguments[0];
                        asked.add((long) values.remaining() * (values instanceof FloatBuffer ? 4 : 8));
                    }
                    if (method.getName().equals("group")) {
                        return watched(one.group((Integer) arguments[0]), asked);
                    }
                    return method.invoke(one, arguments);
                });
    }

    private record Sharded(Engine of, Collective all) implements Engine {

        @Override
        public TrainingProgram training(Graph graph, Parameters parameters, int batch, long seed) {
            return of.training(graph, parameters, Shard.even(all, batch * all.size()), seed);
        }

        @Override
        public InferenceProgram inference(Graph graph, Parameters parameters, int batch) {
            return of.inference(graph, parameters, batch);
        }

        @Override
        public String name() {
            return of.name();
        }
    }

    /** What a network of known times would be measured to take gives that network. */
    @Test
    void findsTheLinkThatTimesComeFrom() {
        Link link = new Link(80e-6, 12e-6, 1.5e9);
        for (int workers : new int[] {2, 3, 4, 8}) {
            WorkerMeasurement.Times times = new WorkerMeasurement.Times(
                    new double[] {0.1},
                    link.sum(workers, 0),
                    (workers - 1) * link.overhead(),
                    link.sum(workers, WorkerMeasurement.LARGE * 4L));
            Link found = ClusterMeasurement.link(times, workers);
            assertThat(found.latency()).isEqualTo(link.latency(), within(1e-9));
            assertThat(found.overhead()).isEqualTo(link.overhead(), within(1e-9));
            assertThat(found.bandwidth()).isEqualTo(link.bandwidth(), within(1e4));
        }
    }

    @Test
    void measuresOnWorkers(SparkSession spark) {
        Dataset batch = Digits.load().slice(0, 32);
        ScalingModel model = ClusterMeasurement.of(spark, network(), Loss.softmaxCrossEntropy(), batch, 2);
        assertThat(model.work().seconds()).hasSize(200);
        assertThat(model.work().gradients())
                .isEqualTo(4 * network().parameters().trainable().length());
        assertThat(model.synchronous(2)).isGreaterThan(model.work().mean());
        assertThat(model.table(List.of(2, 4, 16, 64, 256)).lines()).hasSize(6);
    }

    @Test
    void refusesToMeasureANetworkOfOne(SparkSession spark) {
        Dataset batch = Digits.load().slice(0, 32);
        assertThatThrownBy(() -> ClusterMeasurement.of(spark, network(), Loss.softmaxCrossEntropy(), batch, 1))
                .hasMessage(
                        "ClusterMeasurement expects at least 2 workers, between which there is a network, but got 1");
    }
}
