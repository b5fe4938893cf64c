package io.github.bn4j.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NearNamesTest {

    private static Stream<String> names() {
        return Stream.of("conv2d_1", "conv2d_2", "relu_1", "relu_2", "relu_12", "dense_1", "a");
    }

    @Test
    void hasTheNearestFirst() {
        assertThat(NearNames.of("relu_1", names())).containsExactly("relu_1", "relu_2", "relu_12");
        assertThat(NearNames.of("Relu2", names())).containsExactly("relu_2");
        assertThat(NearNames.of("conv_1", names())).containsExactly("conv2d_1");
        assertThat(NearNames.of("b", names())).containsExactly("a");
    }

    @Test
    void hasNoneThatAreFar() {
        assertThat(NearNames.of("softmax", names())).isEmpty();
        assertThat(NearNames.clause("softmax", names())).isEmpty();
        assertThat(NearNames.clause("relu2", names())).isEqualTo(", which is near \"relu_2\"");
    }
}
