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
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The largest element of each window of {@code x [channels, height, width]}; NaN if one is NaN. Padding never wins: it counts as −∞. Output
 * height is {@code (height + 2 paddingHeight − kernelHeight) / strideHeight + 1}, rounded down; width likewise.
 *
 * @param kernelHeight rows of the window
 * @param kernelWidth columns of the window
 * @param strideHeight rows between neighbouring windows
 * @param strideWidth columns between neighbouring windows
 * @param paddingHeight rows of padding above and below
 * @param paddingWidth columns of padding left and right
 */
public record MaxPooling(
        int kernelHeight, int kernelWidth, int strideHeight, int strideWidth, int paddingHeight, int paddingWidth)
        implements Op {

    public MaxPooling {
        checkWindow("MaxPooling", kernelHeight, kernelWidth, strideHeight, strideWidth);
        checkWindowPadding("MaxPooling", kernelHeight, kernelWidth, paddingHeight, paddingWidth);
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
        INDArray x = call.input(0);
        return Tensors.isFinite(x) ? finite(x) : any(x);
    }

    private INDArray finite(INDArray x) {
        return Nd4j.exec(DynamicCustomOp.builder("maxpool2d")
                .addInputs(x)
                .addIntegerArguments(arguments())
                .build())[0];
    }

    /* ND4J's passes over NaN, and takes the smallest number that there is for −∞. */
    private INDArray any(INDArray x) {
        double[] values = Floats.values(x);
        int height = (int) x.size(2);
        int width = (int) x.size(3);
        Shape image = outputShape(List.of(Shape.of(x.size(1), height, width)), List.of());
        long[] dims = image.batched(x.size(0));
        double[] largest = new double[(int) Shape.of(dims).size()];
        Arrays.fill(largest, Double.NEGATIVE_INFINITY);
        int columns = (int) image.dim(2);
        int positions = (int) image.dim(1) * columns;
        for (int i = 0; i < largest.length; i++) {
            int channel = i / positions;
            int top = i % positions / columns * strideHeight - paddingHeight;
            int left = i % columns * strideWidth - paddingWidth;
            for (int row = Math.max(0, top); row < Math.min(height, top + kernelHeight); row++) {
                for (int column = Math.max(0, left); column < Math.min(width, left + kernelWidth); column++) {
                    largest[i] = Math.max(largest[i], values[(channel * height + row) * width + column]);
                }
            }
        }
        return Tensors.of(x.dataType(), largest, dims);
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        return Gradients.of(
                Nd4j.exec(DynamicCustomOp.builder("maxpool2d_bp")
                        .addInputs(call.input(0), dy)
                        .addIntegerArguments(arguments())
                        .build())[0]);
    }

    private int[] arguments() {
        return new int[] {
            kernelHeight, kernelWidth, strideHeight, strideWidth, paddingHeight, paddingWidth, 1, 1, 0, 0, 0
        };
    }

    @Override
    public ScaleEffect scaleEffect(int input) {
        return ScaleEffect.PASSES;
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
        return shift != Shift.PER_POSITION
                ? ShiftEffect.yields(shift, "takes the same maximum wherever a channel is shifted as a whole")
                : ShiftEffect.blocks("may take another maximum when positions are shifted differently");
    }
}
