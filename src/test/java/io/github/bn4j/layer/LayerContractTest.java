package io.github.bn4j.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.PublicApi;
import io.github.bn4j.check.LayerCheck;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Shape;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every built-in layer keeps the contract that a stranger's layer is held to. */
class LayerContractTest {

    static Stream<Arguments> layers() {
        return LayerCases.all();
    }

    /** A layer that is added has to be among the cases, here and wherever else they are used. */
    @Test
    void hasACaseOfEveryLayer() {
        assertThat(layers().map(each -> each.get()[0].getClass().getName()))
                .containsAll(PublicApi.types().stream()
                        .filter(type -> type.isAssignableTo(Layer.class) && !type.isInterface())
                        .filter(type -> type.getPackageName().equals("io.github.bn4j.layer"))
                        .map(type -> type.getName())
                        .toList());
    }

    @ParameterizedTest(name = "{0} on {1}")
    @MethodSource("layers")
    void keepsTheContract(Layer layer, Shape shape) {
        assertThat(LayerCheck.violations(layer, shape)).isEmpty();
    }
}
