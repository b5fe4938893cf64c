package io.github.bn4j.spark.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.spark.LocalSpark;
import io.github.bn4j.train.Loss;
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
    void knowsTheBytesOfSums() {
        // n, sums and squares forward, two sums backward; 13 and 7 channels in float64.
        assertThat(ClusterMeasurement.statistics(network())).containsExactly(216, 208, 120, 112);
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
