package io.github.bn4j.engine.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.InferenceProgram;
import io.github.bn4j.engine.NeedsOneDnn;
import io.github.bn4j.engine.OneDnnOptions;
import io.github.bn4j.engine.Shard;
import io.github.bn4j.engine.onednn.EngineComparison.Difference;
import io.github.bn4j.engine.onednn.internal.choice.ProgramSettings;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.op.Elementwise;
import io.github.bn4j.op.Functions;
import io.github.bn4j.op.function.ElementwiseFunction;
import io.github.bn4j.op.function.Line;
import io.github.bn4j.op.function.StandardFunction;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Functions as oneDNN computes them, between convolutions whose channels fill no whole vector. */
@NeedsOneDnn
class EltwiseTest {

    private static final double BOUND = 2e-5;

    static Set<ElementwiseFunction> functions() {
        return Functions.ALL.keySet();
    }

    private static Graph between(ElementwiseFunction function) {
        Elementwise op = new Elementwise(function);
        Tracer tracer = new Tracer();
        Scope scope = tracer.scope();
        Value x = scope.call(Conv2d.of(20, 3).padding(Padding.SAME), tracer.input("x", Shape.of(3, 6, 7)));
        Value square = scope.apply(new Elementwise(StandardFunction.SQUARE), x);
        Value above0 = scope.apply(new Elementwise(new Line(1, 0.5)), square);
        tracer.output("above 0", scope.call(Conv2d.of(5, 1), scope.apply(op, above0)));
        if (Functions.isEverywhere(function)) {
            tracer.output("everywhere", scope.call(Conv2d.of(5, 1), scope.apply(op, x)));
        }
        return tracer.graph();
    }

    @ParameterizedTest
    @MethodSource("functions")
    void agreesWithFloat64(ElementwiseFunction function) {
        Graph graph = between(function);
        Graph loss = EngineComparison.withLoss(graph);
        for (int batch : new int[] {1, 4}) {
            Parameters parameters = Parameters.initial(loss.parameters(), 5, DataType.FLOAT);
            Difference prediction = new EngineComparison(graph, parameters, Engine.oneDnn(), batch, 2).prediction();
            Difference training = new EngineComparison(loss, parameters, Engine.oneDnn(), batch, 2).training();
            assertThat(prediction.error()).as("%s", prediction).isLessThanOrEqualTo(BOUND);
            assertThat(training.error()).as("%s", training).isLessThanOrEqualTo(BOUND);
        }
    }

    /** The last op of a network, whose result nobody looks at. */
    @ParameterizedTest
    @MethodSource("functions")
    void makesOfNumbersBeyondItsDomainWhatNd4jMakes(ElementwiseFunction function) {
        Tracer tracer = new Tracer();
        Value x = tracer.input("x", Shape.of(7));
        tracer.output("y", tracer.scope().apply(new Elementwise(function), x));
        Graph graph = tracer.graph();
        Parameters none = Parameters.initial(graph.parameters(), 1, DataType.FLOAT);
        INDArray numbers = Tensors.of(
                DataType.FLOAT,
                new double[] {0, -0.0, -2, -100, 100, 1e-40, 1e30, -1e30, 3, -3, 6, 1, 88, 1e-20},
                2,
                7);
        try (InferenceProgram program = Engine.oneDnn().inference(graph, none, 2);
                InferenceProgram reference = Engine.nd4j().inference(graph, none, 2)) {
            double[] actual = program.run(numbers).get(0).dup('c').data().asDouble();
            double[] expected = reference.run(numbers).get(0).dup('c').data().asDouble();
            for (int i = 0; i < actual.length; i++) {
                boolean same = Double.isFinite(expected[i])
                        ? Math.abs(actual[i] - expected[i]) <= 1e-5 * Math.max(1, Math.abs(expected[i]))
                        : Double.compare(actual[i], expected[i]) == 0;
                assertThat(same)
                        .as("%s of %s: %s for %s", function, numbers.getDouble(i), actual[i], expected[i])
                        .isTrue();
            }
        }
    }

    /** Neither ND4J's nor oneDNN's own loops, which it has for most functions where channels fill no whole vector. */
    @Test
    void knowsWhichFunctionsRunAsReferenceArithmetic() {
        Set<String> reference = new TreeSet<>();
        for (ElementwiseFunction function : functions()) {
            Graph graph = EngineComparison.withLoss(between(function));
            Parameters parameters = Parameters.initial(graph.parameters(), 1, DataType.FLOAT);
            try (OneDnnTraining training = new OneDnnTraining(
                    graph, parameters, Shard.whole(4), 1, ProgramSettings.of(OneDnnOptions.defaults()))) {
                if (training.program().used().get(Elementwise.class).contains("reference")) {
                    reference.add(new Elementwise(function).label());
                }
                assertThat(training.program().implementations())
                        .as("%s", function)
                        .noneMatch(name -> name.contains("ref"));
            }
        }
        assertThat(reference).containsExactly("ClippedLine", "Cos", "Erf", "Log", "Power", "Sign", "Sin");
    }
}
