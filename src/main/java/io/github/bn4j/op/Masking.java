package io.github.bn4j.op;

import static io.github.bn4j.internal.Checks.checkGiven;
import static io.github.bn4j.internal.Ranges.checkRate;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.FormerComponents;
import io.github.bn4j.graph.Gradients;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Operands;
import io.github.bn4j.graph.ScaleEffect;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Shift;
import io.github.bn4j.graph.ShiftEffect;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Inverted dropout: in training sets each element to 0 with probability {@code rate} and divides the others by
 * {@code 1 − rate}; a prediction changes nothing (Srivastava et al. 2014, Dropout; scaled while training, as is usual
 * since).
 *
 * <p>Element {@code i} of the batch in row-major order is kept where {@code u(i) ≥ rate}. Here {@code u(i)} is the upper 53
 * bits of {@code mix(key + (i + 1) 0x9E3779B97F4A7C15)}, divided by 2⁵³, {@code key} is {@link Call#randomKey}, and
 * {@code mix} the finaliser of SplitMix64 (Steele et al. 2014, Fast Splittable Pseudorandom Number Generators). Where whole channels
 * are kept or not, {@code i} is {@code example · channels + channel}; where whole examples are, the number of the example.
 *
 * @param rate probability of a zero, from 0 to less than 1
 * @param unit what shares one draw
 */
public record Masking(double rate, Unit unit) implements Op {

    /** What is set to 0 as a whole. */
    public enum Unit {
        /** Each element by itself. */
        ELEMENT(Integer.MAX_VALUE),
        /** All positions of a channel of an example. */
        CHANNEL(2),
        /** All of an example. */
        EXAMPLE(1);

        private final int axes;

        Unit(int axes) {
            this.axes = axes;
        }

        /** The number of draws along each axis of a batch of this shape. */
        private long[] draws(long[] batch) {
            long[] draws = batch.clone();
            if (axes < draws.length) {
                Arrays.fill(draws, axes, draws.length, 1);
            }
            return draws;
        }
    }

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    public Masking {
        checkRate("Masking", rate);
        checkGiven(unit, "Masking", "a Unit");
    }

    @FormerComponents({"rate", "perChannel"})
    static Masking of(double rate, boolean perChannel) {
        return new Masking(rate, perChannel ? Unit.CHANNEL : Unit.ELEMENT);
    }

    @Override
    public Optional<Operands> operands() {
        return Optional.of(Operands.of(1));
    }

    @Override
    public Shape outputShape(List<Shape> inputs, List<Shape> parameters) {
        Shape x = inputs.get(0);
        if (unit == Unit.CHANNEL && x.rank() < 1) {
            throw ShapeException.expected("input [channels, …]", x);
        }
        return x;
    }

    @Override
    public INDArray forward(Call call) {
        if (!call.training()) {
            return call.input(0);
        }
        INDArray mask = mask(call);
        call.keep(mask);
        return call.input(0).mul(mask);
    }

    @Override
    public Gradients backward(Call call, INDArray dy) {
        return Gradients.of(dy.mul(call.kept(0)));
    }

    private INDArray mask(Call call) {
        INDArray x = call.input(0);
        long[] shape = unit.draws(x.shape());
        float[] values = new float[Math.toIntExact(Shape.of(shape).size())];
        long key = call.randomKey();
        long first = call.firstExample() * (values.length / x.size(0));
        for (int i = 0; i < values.length; i++) {
            values[i] = keeps(key, first + i) ? 1 : 0;
        }
        INDArray ones = Nd4j.createFromArray(values).reshape('c', shape);
        INDArray typed = x.dataType() == DataType.FLOAT ? ones : ones.castTo(x.dataType());
        return typed.div(1 - rate);
    }

    /** How many neighbouring elements of a batch of this shape, in row-major order, share each draw. */
    public int elementsPerDraw(long... batch) {
        return Math.toIntExact(
                Shape.of(batch).size() / Shape.of(unit.draws(batch)).size());
    }

    /** Whether draw {@code element} under {@code key} keeps its element, channel or example. */
    public boolean keeps(long key, long element) {
        return uniform(key, element) >= rate;
    }

    private static double uniform(long key, long element) {
        long z = key + (element + 1) * GOLDEN;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return ((z ^ (z >>> 31)) >>> 11) * 0x1p-53;
    }

    @Override
    public ScaleEffect scaleEffect(int input) {
        return ScaleEffect.PASSES;
    }

    @Override
    public boolean trainingOnly() {
        return true;
    }

    @Override
    public ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
        return rate == 0
                ? ShiftEffect.yields(shift, "changes nothing at rate 0")
                : ShiftEffect.blocks("drops the shift with the elements that it sets to zero, which differ by example");
    }
}
