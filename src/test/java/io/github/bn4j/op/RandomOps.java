package io.github.bn4j.op;

import io.github.bn4j.graph.AddBias;
import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.RunningAverages;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.ShapeException;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.graph.UseBias;
import io.github.bn4j.graph.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Draws hyper-parameters and shapes for every op. */
public final class RandomOps {

    /**
     * An op with shapes that fit it.
     *
     * @param op the op
     * @param inputs shape of one example of each input
     * @param weights shape of each trainable parameter
     * @param states shape of each further parameter
     */
    public record Problem(Op op, List<Shape> inputs, List<Shape> weights, List<Shape> states) {

        static Problem of(Op op, Shape... inputs) {
            return new Problem(op, List.of(inputs), List.of(), List.of());
        }

        Problem weights(Shape... weights) {
            return new Problem(op, inputs, List.of(weights), states);
        }

        Problem affine(boolean scale, boolean shift, Shape shape) {
            List<Shape> both = new ArrayList<>();
            IntStream.range(0, (scale ? 1 : 0) + (shift ? 1 : 0)).forEach(i -> both.add(shape));
            return new Problem(op, inputs, both, states);
        }

        /** Applies the op to values, with parameters of its own; states are positive, because one of them may be a variance. */
        public Value apply(Scope scope, List<Value> values) {
            List<Parameter> own = new ArrayList<>();
            for (Shape shape : weights) {
                own.add(scope.weight("weight" + own.size(), shape, Initializer.normal(0.5)));
            }
            for (Shape shape : states) {
                own.add(scope.state("state" + own.size(), shape, generated -> 0.5 + generated.nextDouble()));
            }
            return scope.apply(op, values, own);
        }

        List<Shape> parameters() {
            List<Shape> all = new ArrayList<>(weights);
            all.addAll(states);
            return all;
        }
    }

    /** How problems of one op are drawn; those whose shapes do not fit are drawn again. */
    public interface Generator {
        Problem draw(Random random);
    }

    public static final Map<Class<? extends Op>, Generator> GENERATORS = new LinkedHashMap<>();

    static {
        GENERATORS.put(AddBias.class, RandomOps::addBias);
        GENERATORS.put(Addition.class, random -> alike(new Addition(), random));
        GENERATORS.put(AdaptiveMaxPooling.class, RandomOps::adaptiveMaxPooling);
        GENERATORS.put(AveragePooling.class, RandomOps::averagePooling);
        GENERATORS.put(BatchNormalization.class, RandomOps::batchNormalization);
        GENERATORS.put(Concatenation.class, RandomOps::concatenation);
        GENERATORS.put(Convolution.class, RandomOps::convolution);
        GENERATORS.put(Elementwise.class, RandomOps::elementwise);
        GENERATORS.put(Gathering.class, RandomOps::gathering);
        GENERATORS.put(
                GlobalAveragePooling.class, random -> Problem.of(new GlobalAveragePooling(), imageOrSequence(random)));
        GENERATORS.put(GroupNormalization.class, RandomOps::groupNormalization);
        GENERATORS.put(LayerNormalization.class, RandomOps::layerNormalization);
        GENERATORS.put(LogSoftmax.class, random -> Problem.of(new LogSoftmax(), shape(random, 1)));
        GENERATORS.put(Masking.class, RandomOps::masking);
        GENERATORS.put(MatrixMultiply.class, RandomOps::matrixMultiply);
        GENERATORS.put(MatrixProduct.class, RandomOps::matrixProduct);
        GENERATORS.put(MaxPooling.class, RandomOps::maxPooling);
        GENERATORS.put(Multiplication.class, random -> broadcast(new Multiplication(), random));
        GENERATORS.put(OneHot.class, random -> Problem.of(new OneHot(from1To(7, random)), shape(random, 0)));
        GENERATORS.put(Reduction.class, RandomOps::reduction);
        GENERATORS.put(Reshaping.class, RandomOps::reshaping);
        GENERATORS.put(Resizing.class, RandomOps::resizing);
        GENERATORS.put(Scaling.class, random -> repeated(new Scaling(random.nextBoolean()), random));
        GENERATORS.put(Shifting.class, random -> repeated(new Shifting(random.nextBoolean()), random));
        GENERATORS.put(Slicing.class, RandomOps::slicing);
        GENERATORS.put(Softmax.class, random -> Problem.of(new Softmax(), shape(random, 1)));
        GENERATORS.put(SoftmaxCrossEntropy.class, RandomOps::softmaxCrossEntropy);
        GENERATORS.put(SpatialPadding.class, RandomOps::spatialPadding);
        GENERATORS.put(MeanSquaredError.class, random -> alike(new MeanSquaredError(), random));
        GENERATORS.put(Subtraction.class, random -> broadcast(new Subtraction(), random));
        GENERATORS.put(TransposedConvolution.class, RandomOps::transposedConvolution);
        GENERATORS.put(Transposition.class, RandomOps::transposition);
        GENERATORS.put(Upsampling.class, random -> Problem.of(new Upsampling(from1To(3, random)), image(random)));
        GENERATORS.put(Weighting.class, RandomOps::weighting);
    }

    private RandomOps() {}

    /** The ops that work on any numbers. */
    public static Stream<Class<? extends Op>> ofAnyNumbers() {
        return GENERATORS.keySet().stream().filter(op -> op != Gathering.class);
    }

    public static Problem draw(Generator generator, Random random) {
        while (true) {
            Problem problem = generator.draw(random);
            try {
                problem.op().outputShape(problem.inputs(), problem.parameters());
                return problem;
            } catch (ShapeException doesNotFit) {
                continue;
            }
        }
    }

    private static int from1To(int most, Random random) {
        return 1 + random.nextInt(most);
    }

    private static Shape image(Random random) {
        return Shape.of(from1To(3, random), from1To(5, random), from1To(5, random));
    }

    private static Shape imageOrSequence(Random random) {
        return isSequence(random) ? sequence(image(random)) : image(random);
    }

    private static boolean isSequence(Random random) {
        return random.nextInt(3) == 0;
    }

    /** Without rows: that of a sequence, or of a weight for sequences. */
    private static Shape sequence(Shape shape) {
        int rows = shape.rank() - 2;
        return Shape.of(IntStream.range(0, shape.rank())
                .filter(axis -> axis != rows)
                .mapToLong(shape::dim)
                .toArray());
    }

    /** A problem over images as one over sequences. */
    private static Problem overSequences(Op op, Problem images) {
        return new Problem(
                op,
                images.inputs().stream().map(RandomOps::sequence).toList(),
                images.weights().stream().map(RandomOps::sequence).toList(),
                images.states());
    }

    /** Of a rank from {@code least} to 3. */
    private static Shape shape(Random random, int least) {
        int rank = least + random.nextInt(4 - least);
        return Shape.of(
                LongStream.range(0, rank).map(axis -> from1To(4, random)).toArray());
    }

    private static double epsilon(Random random) {
        return Math.pow(10, -random.nextInt(4));
    }

    private static Problem elementwise(Random random) {
        return Problem.of(new Elementwise(Functions.everywhere(random)), shape(random, 0));
    }

    private static Problem addBias(Random random) {
        Shape x = shape(random, 1);
        return Problem.of(new AddBias(UseBias.AUTO), x).weights(Shape.of(x.dim(0)));
    }

    private static Problem alike(Op op, Random random) {
        Shape both = shape(random, 0);
        return Problem.of(op, both, both);
    }

    private static Problem averagePooling(Random random) {
        int height = from1To(4, random);
        int width = from1To(4, random);
        AveragePooling op = new AveragePooling(
                height, width, Slidings.random(random, height), Slidings.random(random, width), random.nextBoolean());
        AveragePooling alone = new AveragePooling(1, width, Sliding.BY_ONE, op.columns(), op.countPadding());
        Problem images = Problem.of(op, image(random));
        return isSequence(random) ? overSequences(alone, images) : images;
    }

    private static Problem maxPooling(Random random) {
        int height = from1To(4, random);
        int width = from1To(4, random);
        MaxPooling op = new MaxPooling(height, width, Slidings.random(random, height), Slidings.random(random, width));
        MaxPooling alone = new MaxPooling(1, width, Sliding.BY_ONE, op.columns());
        Problem images = Problem.of(op, image(random));
        return isSequence(random) ? overSequences(alone, images) : images;
    }

    private static Problem batchNormalization(Random random) {
        boolean scale = random.nextBoolean();
        boolean shift = random.nextBoolean();
        boolean trainAffine = random.nextInt(4) > 0;
        // Both corrections of renormalisation at their bounds, where they are constants for central differences too.
        List<Statistics> kinds =
                List.of(Statistics.batch(), Statistics.ghost(3), Statistics.renorm(1.0001, 1e-4), Statistics.running());
        boolean cumulative = random.nextInt(4) == 0;
        BatchNormalization op = new BatchNormalization(
                epsilon(random),
                scale,
                shift,
                kinds.get(random.nextInt(kinds.size())),
                new RunningAverages(cumulative ? 0 : random.nextDouble(), random.nextBoolean(), random.nextBoolean()),
                trainAffine);
        Shape x = shape(random, 1);
        Shape perChannel = Shape.of(x.dim(0));
        Problem affine = Problem.of(op, x).affine(scale, shift, perChannel);
        List<Shape> states = new ArrayList<>(trainAffine ? List.of() : affine.weights());
        states.addAll(List.of(perChannel, perChannel));
        if (cumulative) {
            states.add(Shape.of(1));
        }
        return new Problem(op, affine.inputs(), trainAffine ? affine.weights() : List.of(), states);
    }

    private static Problem concatenation(Random random) {
        Shape first = shape(random, 1);
        int axis = random.nextInt(first.rank());
        Shape[] inputs = new Shape[from1To(3, random)];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = first.with(axis, from1To(3, random));
        }
        return Problem.of(new Concatenation(axis), inputs);
    }

    private static Problem convolution(Random random) {
        int groups = from1To(3, random);
        Convolution op = new Convolution(Slidings.random(random), Slidings.random(random), groups);
        int perGroup = from1To(2, random);
        Shape x = Shape.of(groups * perGroup, from1To(5, random), from1To(5, random));
        Problem images = Problem.of(op, x)
                .weights(Shape.of(groups * from1To(2, random), perGroup, from1To(3, random), from1To(3, random)));
        Convolution alone = new Convolution(Sliding.BY_ONE, op.columns(), groups);
        return isSequence(random) ? overSequences(alone, images) : images;
    }

    private static Problem transposedConvolution(Random random) {
        int groups = from1To(3, random);
        Sliding rows = Slidings.random(random);
        Sliding columns = Slidings.random(random);
        TransposedConvolution op = new TransposedConvolution(
                rows,
                columns,
                random.nextInt(Math.max(rows.stride(), rows.dilation())),
                random.nextInt(Math.max(columns.stride(), columns.dilation())),
                groups);
        int channels = groups * from1To(2, random);
        Problem images = Problem.of(op, Shape.of(channels, from1To(4, random), from1To(4, random)))
                .weights(Shape.of(channels, from1To(2, random), from1To(3, random), from1To(3, random)));
        TransposedConvolution alone =
                new TransposedConvolution(Sliding.BY_ONE, columns, 0, op.outputPaddingWidth(), groups);
        return isSequence(random) ? overSequences(alone, images) : images;
    }

    private static Problem gathering(Random random) {
        return Problem.of(new Gathering(), shape(random, 0)).weights(Shape.of(from1To(5, random), from1To(4, random)));
    }

    private static Problem groupNormalization(Random random) {
        boolean scale = random.nextBoolean();
        boolean shift = random.nextBoolean();
        int groups = from1To(3, random);
        Shape x = shape(random, 1);
        Shape grouped = x.with(0, groups * (long) from1To(2, random));
        return Problem.of(new GroupNormalization(groups, epsilon(random), scale, shift), grouped)
                .affine(scale, shift, Shape.of(grouped.dim(0)));
    }

    private static Problem layerNormalization(Random random) {
        boolean scale = random.nextBoolean();
        boolean shift = random.nextBoolean();
        Shape x = shape(random, 1);
        return Problem.of(new LayerNormalization(epsilon(random), scale, shift), x)
                .affine(scale, shift, x);
    }

    private static Problem masking(Random random) {
        Masking.Unit unit = Masking.Unit.values()[random.nextInt(3)];
        return Problem.of(new Masking(random.nextDouble(), unit), shape(random, unit == Masking.Unit.CHANNEL ? 1 : 0));
    }

    private static Problem resizing(Random random) {
        Resizing.Mode mode = Resizing.Mode.values()[random.nextInt(4)];
        return Problem.of(new Resizing(from1To(6, random), from1To(6, random), mode), image(random));
    }

    private static Problem adaptiveMaxPooling(Random random) {
        boolean isSequence = isSequence(random);
        return Problem.of(
                new AdaptiveMaxPooling(isSequence ? 1 : from1To(6, random), from1To(6, random)),
                isSequence ? sequence(image(random)) : image(random));
    }

    private static Problem matrixMultiply(Random random) {
        int features = from1To(6, random);
        return Problem.of(new MatrixMultiply(), Shape.of(features)).weights(Shape.of(from1To(6, random), features));
    }

    private static Problem broadcast(Op op, Random random) {
        Shape first = shape(random, 0);
        Shape second = first;
        for (int axis = 0; axis < first.rank(); axis++) {
            int repeated = random.nextInt(4);
            first = repeated == 0 ? first.with(axis, 1) : first;
            second = repeated == 1 ? second.with(axis, 1) : second;
        }
        return Problem.of(op, first, second);
    }

    private static Problem matrixProduct(Random random) {
        boolean first = random.nextBoolean();
        boolean second = random.nextBoolean();
        long m = from1To(4, random);
        long k = from1To(4, random);
        long n = from1To(4, random);
        Shape before = shape(random, 0);
        return Problem.of(
                new MatrixProduct(first, second),
                stacked(before, first ? k : m, first ? m : k),
                stacked(before, second ? n : k, second ? k : n));
    }

    private static Shape stacked(Shape before, long rows, long columns) {
        return Shape.of(LongStream.concat(LongStream.of(before.dims()), LongStream.of(rows, columns))
                .toArray());
    }

    private static Problem reduction(Random random) {
        Shape x = shape(random, 1);
        List<Integer> axes = new ArrayList<>();
        IntStream.range(0, x.rank()).filter(axis -> random.nextBoolean()).forEach(axes::add);
        if (axes.isEmpty()) {
            axes.add(random.nextInt(x.rank()));
        }
        Collections.shuffle(axes, random);
        Reduction.Kind[] kinds = Reduction.Kind.values();
        return Problem.of(new Reduction(kinds[random.nextInt(kinds.length)], axes, random.nextBoolean()), x);
    }

    private static Problem repeated(Op op, Random random) {
        Shape x = shape(random, 1);
        Shape parameter = random.nextBoolean() ? Shape.of(x.dim(0)) : x;
        for (int axis = 0; axis < parameter.rank(); axis++) {
            parameter = random.nextInt(3) == 0 ? parameter.with(axis, 1) : parameter;
        }
        Problem problem = Problem.of(op, x);
        return op.operands().orElseThrow().trainable().isEmpty()
                ? new Problem(op, problem.inputs(), List.of(), List.of(parameter))
                : problem.weights(parameter);
    }

    private static Problem transposition(Random random) {
        Shape x = shape(random, 0);
        List<Integer> axes = new ArrayList<>();
        IntStream.range(0, x.rank()).forEach(axes::add);
        Collections.shuffle(axes, random);
        return Problem.of(new Transposition(axes), x);
    }

    private static Problem reshaping(Random random) {
        Shape x = shape(random, 0);
        List<Long> dims = new ArrayList<>();
        long left = x.size();
        for (int axis = random.nextInt(3); axis > 0; axis--) {
            long rest = left;
            long[] divisors =
                    LongStream.rangeClosed(1, left).filter(d -> rest % d == 0).toArray();
            dims.add(divisors[random.nextInt(divisors.length)]);
            left /= dims.get(dims.size() - 1);
        }
        dims.add(left);
        return Problem.of(
                new Reshaping(Shape.of(dims.stream().mapToLong(Long::longValue).toArray())), x);
    }

    private static Problem slicing(Random random) {
        Shape x = shape(random, 1);
        int axis = random.nextInt(x.rank());
        int from = random.nextInt((int) x.dim(axis));
        return Problem.of(new Slicing(axis, from, from + from1To((int) x.dim(axis) - from, random)), x);
    }

    // Class numbers have no gradient, so targets are distributions here.
    private static Problem softmaxCrossEntropy(Random random) {
        Shape classes = shape(random, 1);
        return Problem.of(new SoftmaxCrossEntropy(), classes, classes);
    }

    private static Problem weighting(Random random) {
        Shape x = shape(random, 1);
        List<Double> weights = random.doubles(x.dim(0), -2, 2).boxed().toList();
        return Problem.of(new Weighting(weights), x);
    }

    private static Problem spatialPadding(Random random) {
        SpatialPadding.Mode[] modes = SpatialPadding.Mode.values();
        SpatialPadding.Mode mode = modes[random.nextInt(modes.length)];
        boolean constant = mode == SpatialPadding.Mode.CONSTANT && random.nextBoolean();
        SpatialPadding op = new SpatialPadding(
                random.nextInt(3),
                random.nextInt(3),
                random.nextInt(3),
                random.nextInt(3),
                mode,
                constant ? random.nextGaussian() : 0);
        SpatialPadding alone = new SpatialPadding(0, 0, op.left(), op.right(), mode, op.value());
        Problem images = Problem.of(op, image(random));
        return isSequence(random) ? overSequences(alone, images) : images;
    }
}
