package io.github.bn4j.spark.internal.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.bn4j.Network;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.Precision;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.JavaSerializer;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.SerializerInstance;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;
import scala.reflect.ClassTag$;

class PortableNetworkTest {

    private static Network network(long seed) {
        return Network.input(3).dense(5).batchNorm1d().relu().dense(2).build(seed);
    }

    @Test
    void isOneForAllTasksOfAJvm() {
        PortableNetwork portable = PortableNetwork.of(network(1));
        Set<Network> networks = Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

        IntStream.range(0, 16).parallel().forEach(task -> networks.add(portable.shared()));
        networks.add(PortableNetwork.of(network(1)).shared());

        assertThat(networks).hasSize(1);
        assertThat(portable.copy()).isNotSameAs(networks.iterator().next());
    }

    @Test
    void keepsNoMoreNetworksThanAPipelineHas() {
        List<PortableNetwork> all = IntStream.range(0, 9)
                .mapToObj(seed -> PortableNetwork.of(network(seed)))
                .toList();
        Network first = all.get(0).shared();
        all.forEach(PortableNetwork::shared);

        assertThat(SharedNetworks.size()).isEqualTo(4);
        assertThat(all.get(8).shared()).isSameAs(all.get(8).shared());
        assertThat(all.get(0).shared()).isNotSameAs(first);
    }

    @Test
    void runsOnNd4jWhereTheNetworkDoes() {
        assertThat(PortableNetwork.of(network(1).on(Engine.nd4j()))
                        .shared()
                        .engine()
                        .name())
                .isEqualTo("ND4J");
        assertThat(PortableNetwork.of(network(1)).shared().engine().name())
                .isEqualTo(network(1).engine().name());
    }

    @Test
    void travelsByBothSerializersOfSpark() {
        Network network = network(7);
        for (Network copy : sent(network)) {
            assertThat(copy.predict(Nd4j.ones(4, 3))).isEqualTo(network.predict(Nd4j.ones(4, 3)));
        }
    }

    @Test
    void runsInThePrecisionOfTheNetwork() {
        assumeThat(Precision.fastest().mixed()).as("mixed precision pays here").isTrue();
        Precision mixed = Precision.MIXED.exceptLast().except("dense_1");
        for (Network copy : sent(network(7).precision(mixed))) {
            assertThat(copy.engine().precision()).isEqualTo(mixed);
        }
        assertThat(PortableNetwork.of(network(7)).shared().engine().precision()).isEqualTo(Precision.FULL);
        assertThat(PortableNetwork.of(network(7).precision(mixed))
                        .shared()
                        .engine()
                        .precision())
                .isEqualTo(mixed);
    }

    private static List<Network> sent(Network network) {
        PortableNetwork portable = PortableNetwork.of(network);
        return Stream.of(
                        new JavaSerializer(new SparkConf()).newInstance(),
                        new KryoSerializer(new SparkConf()).newInstance())
                .map(serializer -> sent(portable, serializer).copy())
                .toList();
    }

    private static PortableNetwork sent(PortableNetwork portable, SerializerInstance serializer) {
        return serializer.deserialize(
                serializer.serialize(portable, ClassTag$.MODULE$.apply(PortableNetwork.class)),
                ClassTag$.MODULE$.apply(PortableNetwork.class));
    }
}
