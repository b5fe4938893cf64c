package io.github.bn4j.layer;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Network;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.op.AdaptiveMaxPooling;
import io.github.bn4j.op.AveragePooling;
import io.github.bn4j.op.MaxPooling;
import io.github.bn4j.op.Resizing;
import io.github.bn4j.op.Sliding;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/** What the reference networks need besides windows, on both engines, against what PyTorch yields: layer/images.py. */
class ImageLayersTest {

    static List<TorchFixture> fixtures() throws IOException {
        return TorchFixture.read("images.txt");
    }

    private static Layer layer(TorchFixture fixture) {
        return switch (fixture.layer()) {
            case "AdaptiveAvgPool2d" -> AdaptiveAvgPool2d.of(size(fixture)[0], size(fixture)[1]);
            case "AdaptiveMaxPool2d" -> AdaptiveMaxPool2d.of(size(fixture)[0], size(fixture)[1]);
            case "Upsample" ->
                fixture.settings().containsKey("factor")
                        ? Upsample2d.of(fixture.number("factor")).interpolation(interpolation(fixture))
                        : Resize2d.of(size(fixture)[0], size(fixture)[1]).interpolation(interpolation(fixture));
            case "ChannelShuffle" -> ChannelShuffle.of(fixture.number("groups"));
            case "PReLU" -> PRelu.of().perChannel(fixture.is("perChannel"));
            case "Hardsigmoid" -> HardSigmoid.of();
            case "ReLU6" -> Clip.of(0, 6);
            case "ReplicationPad2d" -> {
                int[] sides = fixture.numbers("sides");
                yield EdgePad2d.of(sides[0], sides[1], sides[2], sides[3]);
            }
            case "ReflectionPad2d" -> {
                int[] sides = fixture.numbers("sides");
                yield ReflectPad2d.of(sides[0], sides[1], sides[2], sides[3]);
            }
            default -> {
                int[] sides = fixture.numbers("sides");
                yield ConstantPad2d.of(sides[0], sides[1], sides[2], sides[3], -2);
            }
        };
    }

    private static int[] size(TorchFixture fixture) {
        return fixture.numbers("size");
    }

    private static Interpolation interpolation(TorchFixture fixture) {
        return Interpolation.valueOf(fixture.settings().get("interpolation"));
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void agreesWithPyTorch(TorchFixture fixture) {
        fixture.assertAgrees(layer(fixture));
    }

    private static Object op(Layer layer) {
        return Network.input(2, 6, 9)
                .then(layer)
                .build(1)
                .graph()
                .nodes()
                .get(0)
                .op();
    }

    /** Windows of equal size are those of a pooling, which is faster. */
    @Test
    void poolsWindowsOfEqualSizeAsAnyPooling() {
        assertThat(op(AdaptiveAvgPool2d.of(2, 3))).isInstanceOf(AveragePooling.class);
        assertThat(op(AdaptiveAvgPool2d.of(2))).isEqualTo(new Resizing(2, 2, Resizing.Mode.MEAN));
    }

    @Test
    void takesMaximaOfWindowsOfEqualSizeAsAnyPooling() {
        assertThat(op(AdaptiveMaxPool2d.of(2, 3))).isEqualTo(new MaxPooling(3, 3, Sliding.by(3), Sliding.by(3)));
        assertThat(op(AdaptiveMaxPool2d.of(2))).isEqualTo(new AdaptiveMaxPooling(2, 2));
    }

    /** Rows 0 and 1 of four channels in two blocks: 0 1 | 2 3 becomes 0 2 1 3. */
    @Test
    void takesTheChannelsOfEachBlockInTurn() {
        Network net = Network.input(4, 1, 2).channelShuffle(2).build(1);

        assertTensor(net.predict(Tensors.of(DataType.FLOAT, new double[] {0, 1, 10, 11, 20, 21, 30, 31}, 1, 4, 1, 2)))
                .hasShape(1, 4, 1, 2)
                .hasElements(0, 1, 20, 21, 10, 11, 30, 31);
    }

    @Test
    void refusesWhatNoImageHas() {
        assertThatThrownBy(() -> Resize2d.of(0, 2)).hasMessage("Resize2d expects a size of at least 1×1 but got 0×2");
        assertThatThrownBy(() -> AdaptiveAvgPool2d.of(0))
                .hasMessage("AdaptiveAvgPool2d expects a size of at least 1×1 but got 0×0");
        assertThatThrownBy(() -> AdaptiveMaxPool2d.of(0))
                .hasMessage("AdaptiveMaxPool2d expects a size of at least 1×1 but got 0×0");
        assertThatThrownBy(() -> Network.input(6, 2, 2).channelShuffle(4).build(1))
                .hasMessageContaining("expects channels that 4 groups divide but got [6, 2, 2]");
        assertThatThrownBy(() -> ConstantPad2d.of(1, Double.NaN))
                .hasMessage("ConstantPad2d expects a finite value but got NaN");
        assertThatThrownBy(() -> Network.input(6).adaptiveAvgPool2d(1).build(1))
                .hasMessageContaining("expects input [channels, height, width] but got [6]");
        assertThatThrownBy(() -> new Resizing(2, 0, Resizing.Mode.MEAN))
                .hasMessage("Resizing expects a size of at least 1×1 but got 2×0");
    }
}
