package io.github.bn4j.op;

import static io.github.bn4j.internal.Ranges.checkWindow;
import static io.github.bn4j.internal.Ranges.checkWindowPadding;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Operands;
import io.github.bn4j.graph.ScaleEffect;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The mean of each window of {@code x [channels, height, width]}, with zeros around the image. Output height is
 * {@code (height + 2 paddingHeight − kernelHeight) / strideHeight + 1}, rounded down; width likewise.
 *
 * @param kernelHeight rows of the window
 * @param kernelWidth columns of the window
 * @param strideHeight rows between neighbouring windows
 * @param strideWidth columns between neighbouring windows
 * @param paddingHeight rows of padding above and below
 * @param paddingWidth columns of padding left and right
 * @param countPadding whether a window that overlaps the padding divides by its whole size; false divides by the number
 *     of its elements inside the image
 */
public record AveragePooling(
        int kernelHeight,
        int kernelWidth,
        int strideHeight,
        int strideWidth,
        int paddingHeight,
        int paddingWidth,
        boolean countPadding)
        implements Op {

    public AveragePooling {
        checkWindow("AveragePooling", kernelHeight, kernelWidth, strideHeight, strideWidth);
        checkWindowPadding("AveragePooling", kernelHeight, kernelWidth, paddingHeight, paddingWidth);
    }

    @Override
    public Optional<Operands> operands() {
        return Optional.of(Operands.of(1));
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        Shape x = inputs.get(0);
        if (x.rank() != 3) {
            throw ShapeException.expected("input [channels, height, width]", x);
        }
        long height = Math.floorDiv(Math.addExact(x.dim(1), 2L * paddingHeight) - kernelHeight, strideHeight) + 1;
        long width = Math.floorDiv(Math.addExact(x.dim(2), 2L * paddingWidth) - kernelWidth, strideWidth) + 1;
        if (height < 1 || width < 1) {
            throw ShapeException.expected(
                    "an image that its window " + kernelHeight + "×" + kernelWidth + " fits into",
                    x,
                    "use a smaller window");
        }
        return Shape.of(x.dim(0), height, width);
    }

    @Override
    public INDArray forward(Call call) {
        return Nd4j.exec(DynamicCustomOp.builder("avgpool2d")
                .addInputs(call.input(0))
                .addIntegerArguments(arguments())
                .build())[0];
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        return Gradients.of(
                Nd4j.exec(DynamicCustomOp.builder("avgpool2d_bp")
                        .addInputs(call.input(0), dy)
                        .addIntegerArguments(arguments())
                        .build())[0]);
    }

    private int[] arguments() {
        int dilation = 1;
        int explicitPadding = 0;
        int channelsFirst = 0;
        return new int[] {
            kernelHeight,
            kernelWidth,
            strideHeight,
            strideWidth,
            paddingHeight,
            paddingWidth,
            dilation,
            dilation,
            explicitPadding,
            countPadding ? 1 : 0,
            channelsFirst
        };
    }

    @Override
    public ScaleEffect scaleEffect(int input) {
        return ScaleEffect.PASSES;
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
        if (countPadding && paddingHeight + paddingWidth > 0) {
            return ShiftEffect.yields(
                    Shift.PER_POSITION,
                    "counts zeros around the image, so a constant in gives another constant at the border than inside");
        }
        return ShiftEffect.yields(
                shift, "averages, so the mean of a shifted window is shifted by the mean of the shift");
    }
}
