package io.github.bn4j.engine.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.engine.NeedsOneDnn;
import io.github.bn4j.engine.OneDnnOptions;
import io.github.bn4j.engine.Shard;
import io.github.bn4j.engine.onednn.EngineComparison.Difference;
import io.github.bn4j.engine.onednn.internal.choice.ProgramSettings;
import io.github.bn4j.graph.AddBias;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.RunningAverages;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.op.AdaptiveMaxPooling;
import io.github.bn4j.op.AveragePooling;
import io.github.bn4j.op.BatchNormalization;
import io.github.bn4j.op.GroupNormalization;
import io.github.bn4j.op.LayerNormalization;
import io.github.bn4j.op.MaxPooling;
import io.github.bn4j.op.Multiplication;
import io.github.bn4j.op.OneHot;
import io.github.bn4j.op.RandomOps;
import io.github.bn4j.op.Reduction;
import io.github.bn4j.op.Resizing;
import io.github.bn4j.op.Scaling;
import io.github.bn4j.op.Shifting;
import io.github.bn4j.op.Slicing;
import io.github.bn4j.op.Sliding;
import io.github.bn4j.op.SoftmaxCrossEntropy;
import io.github.bn4j.op.SpatialPadding;
import io.github.bn4j.op.Upsampling;
import io.github.bn4j.op.Weighting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/** Every op of the library with random hyper-parameters and shapes, between learned scales so that all gradients show. */
@NeedsOneDnn
class EveryOpTest {

    /** The ops that have no lowering of their own. */
    static final Set<Class<? extends Op>> BY_REFERENCE = Set.of(
            AddBias.class,
            AdaptiveMaxPooling.class,
            GroupNormalization.class,
            LayerNormalization.class,
            OneHot.class,
            Reduction.class,
            Resizing.class,
            Scaling.class,
            Shifting.class,
            Slicing.class,
            SpatialPadding.class,
            Upsampling.class,
            Weighting.class);

    private static final int DRAWS = 15;

    /** Fewer where the processor is emulated. */
    private static final int DRAWS_COMPARED = Integer.getInteger("draws", DRAWS);

    static Stream<Class<? extends Op>> ops() {
        return RandomOps.ofAnyNumbers();
    }

    @ParameterizedTest
    @MethodSource("ops")
    void agreesWithFloat64(Class<? extends Op> op) {
        for (int seed = 0; seed < DRAWS_COMPARED; seed++) {
            Random random = new Random(seed);
            RandomOps.Problem problem = RandomOps.draw(RandomOps.GENERATORS.get(op), random);
            Graph graph = EngineComparison.withLoss(graph(problem));
            Parameters parameters = Parameters.initial(graph.parameters(), seed, DataType.FLOAT);
            EngineComparison comparison =
                    new EngineComparison(graph, parameters, OneDnnEngine.INSTANCE, 3 + random.nextInt(3), seed);
            Difference prediction = comparison.prediction();
            Difference training = comparison.training();
            assertThat(prediction.error())
                    .as("%s of %s, seed %s", prediction, problem, seed)
                    .isLessThanOrEqualTo(2e-5);
            assertThat(training.error())
                    .as("%s of %s, seed %s", training, problem, seed)
                    .isLessThanOrEqualTo(2e-5);
        }
    }

    private static Graph graph(RandomOps.Problem problem) {
        Tracer tracer = new Tracer();
        List<Value> inputs = new ArrayList<>();
        for (Shape shape : problem.inputs()) {
            Value x = tracer.input("x" + inputs.size(), shape);
            boolean label = problem.op() instanceof SoftmaxCrossEntropy && inputs.size() == 1;
            inputs.add(label ? x : scaled(tracer, x));
        }
        tracer.output("y", problem.apply(tracer.scope(), inputs));
        return tracer.graph();
    }

    @Test
    void weighsStatisticsByReferenceArithmetic() {
        for (int seed = 0; seed < DRAWS; seed++) {
            Random random = new Random(seed);
            Statistics[] kinds = {Statistics.batch(), Statistics.ghost(2), Statistics.running()};
            BatchNormalization op = new BatchNormalization(
                    0.1,
                    true,
                    true,
                    kinds[seed % kinds.length],
                    new RunningAverages(0.1, false, random.nextBoolean()),
                    true);
            Tracer tracer = new Tracer();
            Value x = scaled(tracer, tracer.input("x", Shape.of(3, 4, 2)));
            Value half = tracer.input("weights", seed % 2 == 0 ? Shape.of(1) : Shape.of(4, 2));
            Value weights = tracer.scope().apply(new Multiplication(), half, half);
            Shape channels = Shape.of(3);
            List<Parameter> parameters = List.of(
                    tracer.scope().vector("gamma", channels, Initializer.normal(1)),
                    tracer.scope().vector("beta", channels, Initializer.normal(1)),
                    tracer.scope().state("mean", channels, Initializer.normal(1)),
                    tracer.scope().state("variance", channels, r -> 0.5 + r.nextDouble()));
            tracer.output("y", tracer.scope().apply(op, List.of(x, weights), parameters));
            Graph graph = EngineComparison.withLoss(tracer.graph());
            Parameters store = Parameters.initial(graph.parameters(), seed, DataType.FLOAT);
            EngineComparison comparison = new EngineComparison(graph, store, OneDnnEngine.INSTANCE, 5, seed);
            assertThat(comparison.prediction().error()).as("seed %s", seed).isLessThanOrEqualTo(2e-5);
            assertThat(comparison.training().error()).as("seed %s", seed).isLessThanOrEqualTo(2e-5);
            try (OneDnnTraining training = new OneDnnTraining(
                    graph, store, Shard.whole(5), seed, ProgramSettings.of(OneDnnOptions.defaults()))) {
                Set<String> used = training.program().used().getOrDefault(BatchNormalization.class, Set.of());
                assertThat(used.contains("reference")).as("seed %s", seed).isEqualTo(op.measures());
            }
        }
    }

    /** oneDNN writes beyond its arrays for such windows, and walks over all of a window, of 40,001 × 40,001 too. */
    @Test
    void poolsWindowsLargerThanTheImageByReferenceArithmetic() {
        int[][] windows = {{3, 4}, {3, 5}, {5, 4}, {3, 13}, {13, 13}, {40_001, 40_001}};
        for (int[] kernel : windows) {
            for (Op op : poolings(kernel[0], kernel[1])) {
                assertPools(op, Shape.of(20, 3, 4), kernel[0] > 3 || kernel[1] > 4);
            }
        }
    }

    /** Padding up to the last row and column that a window spans, on one side more than on the other. */
    @Test
    void poolsUnevenPaddingByItself() {
        for (Op op : List.of(
                new MaxPooling(3, 2, new Sliding(2, 2, 0, 1), new Sliding(1, 0, 1, 1)),
                new AveragePooling(3, 2, new Sliding(2, 0, 2, 1), new Sliding(1, 1, 0, 1), true),
                new AveragePooling(3, 2, new Sliding(1, 1, 2, 1), new Sliding(3, 0, 1, 1), false))) {
            assertPools(op, Shape.of(20, 9, 7), false);
        }
    }

    private static void assertPools(Op op, Shape image, boolean byReference) {
        Tracer tracer = new Tracer();
        tracer.output("y", tracer.scope().apply(op, scaled(tracer, tracer.input("x", image))));
        Graph graph = EngineComparison.withLoss(tracer.graph());
        Parameters store = Parameters.initial(graph.parameters(), 1, DataType.FLOAT);
        try (OneDnnTraining training =
                new OneDnnTraining(graph, store, Shard.whole(4), 1, ProgramSettings.of(OneDnnOptions.defaults()))) {
            assertThat(training.program().used().get(op.getClass()).contains("reference"))
                    .as("%s", op)
                    .isEqualTo(byReference);
        }
        EngineComparison comparison = new EngineComparison(graph, store, OneDnnEngine.INSTANCE, 4, 1);
        assertThat(comparison.prediction().error()).as("%s", op).isLessThanOrEqualTo(2e-5);
        assertThat(comparison.training().error()).as("%s", op).isLessThanOrEqualTo(2e-5);
    }

    private static List<Op> poolings(int height, int width) {
        Sliding rows = Sliding.BY_ONE.padded(height / 2);
        Sliding columns = Sliding.BY_ONE.padded(width / 2);
        Sliding everySecondRow = Sliding.by(2).padded(height / 2);
        Sliding everySecondColumn = Sliding.by(2).padded(width / 2);
        return List.of(
                new MaxPooling(height, width, rows, columns),
                new AveragePooling(height, width, rows, everySecondColumn, false),
                new AveragePooling(height, width, everySecondRow, columns, true));
    }

    /** Times a number per channel that is learned, so that the op has to give a gradient by its input. */
    private static Value scaled(Tracer tracer, Value x) {
        if (x.shape().rank() == 0) {
            return x;
        }
        BatchNormalization scale = new BatchNormalization(
                0, true, false, Statistics.running(), new RunningAverages(0.1, true, false), true);
        Shape channels = Shape.of(x.shape().dim(0));
        String name = "scale of " + x.name();
        return tracer.scope()
                .apply(
                        scale,
                        List.of(x),
                        List.of(
                                tracer.scope().weight(name, channels, Initializer.normal(1)),
                                tracer.scope().state(name + " mean", channels, Initializer.constant(0)),
                                tracer.scope().state(name + " variance", channels, Initializer.constant(1))));
    }

    /** Which ops have no lowering of their own in any case; the others have one for at least some shapes. */
    @Test
    void knowsWhatRunsAsReferenceArithmetic() {
        Set<String> reference = new TreeSet<>();
        Map<Class<? extends Op>, Set<String>> used = new LinkedHashMap<>();
        for (Class<? extends Op> op : RandomOps.ofAnyNumbers().toList()) {
            used.put(op, new TreeSet<>());
            for (int seed = 0; seed < DRAWS; seed++) {
                RandomOps.Problem problem = RandomOps.draw(RandomOps.GENERATORS.get(op), new Random(seed));
                Graph graph = EngineComparison.withLoss(graph(problem));
                Parameters parameters = Parameters.initial(graph.parameters(), seed, DataType.FLOAT);
                try (OneDnnTraining training = new OneDnnTraining(
                        graph, parameters, Shard.whole(4), seed, ProgramSettings.of(OneDnnOptions.defaults()))) {
                    used.get(op).addAll(training.program().used().getOrDefault(op, Set.of()));
                }
            }
            if (!used.get(op).contains("oneDNN")) {
                reference.add(op.getSimpleName());
            }
        }
        assertThat(reference)
                .containsExactlyInAnyOrderElementsOf(
                        BY_REFERENCE.stream().map(Class::getSimpleName).toList());
        assertThat(used.get(Multiplication.class)).contains("oneDNN", "reference");
    }
}
