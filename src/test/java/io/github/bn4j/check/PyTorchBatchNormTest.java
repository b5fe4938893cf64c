package io.github.bn4j.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.bn4j.Network;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.Prediction;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Initializer;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Tracer;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.RunningAverage;
import io.github.bn4j.layer.Statistics;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Sgd;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Batch normalisation in every mode that PyTorch has; norm/pytorch/README.md says how the fixtures were made. */
class PyTorchBatchNormTest {

    private static final Map<String, INDArray> FIXTURES = fixtures();

    private static Map<String, INDArray> fixtures() {
        try (InputStream resource =
                PyTorchBatchNormTest.class.getResourceAsStream("/norm/pytorch/batch_norm.safetensors")) {
            ByteBuffer file = ByteBuffer.wrap(resource.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
            byte[] header = new byte[(int) file.getLong()];
            file.get(header);
            int start = file.position();
            Map<String, INDArray> tensors = new LinkedHashMap<>();
            JsonObject json = new Gson().fromJson(new String(header, StandardCharsets.UTF_8), JsonObject.class);
            for (Map.Entry<String, JsonElement> entry : json.entrySet()) {
                if (!entry.getKey().equals("__metadata__")) {
                    JsonObject tensor = entry.getValue().getAsJsonObject();
                    long[] shape = numbers(tensor.getAsJsonArray("shape"));
                    long[] offsets = numbers(tensor.getAsJsonArray("data_offsets"));
                    double[] values = new double[(int) (offsets[1] - offsets[0]) / 8];
                    file.position(start + (int) offsets[0])
                            .slice()
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .asDoubleBuffer()
                            .get(values);
                    tensors.put(entry.getKey(), Tensors.of(DataType.DOUBLE, values, shape));
                }
            }
            return tensors;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long[] numbers(JsonArray array) {
        return array.asList().stream().mapToLong(JsonElement::getAsLong).toArray();
    }

    static Set<String> cases() {
        Set<String> cases = new TreeSet<>();
        FIXTURES.keySet().forEach(name -> cases.add(name.replaceFirst("\\.[12]\\.[a-zA-Z]+$", "")));
        return cases;
    }

    /** A case such as {@code x2_affine_track_0.1_train}. */
    private record Case(int rank, boolean affine, boolean track, String momentum, boolean training) {

        static Case of(String name) {
            String[] words = name.split("_", -1);
            return new Case(
                    Integer.parseInt(words[0].substring(1)),
                    words[1].equals("affine"),
                    words[2].equals("track"),
                    words[3],
                    words[4].equals("train"));
        }

        /** Without running averages, PyTorch normalises by the batch in evaluations too. */
        boolean measures() {
            return training || !track;
        }

        Layer layer() {
            RunningAverage average = momentum.equals("None")
                    ? RunningAverage.cumulative()
                    : RunningAverage.newWeight(Double.parseDouble(momentum));
            Statistics statistics = measures() ? Statistics.batch() : Statistics.running();
            return rank == 4
                    ? BatchNorm2d.of()
                            .gamma(affine)
                            .beta(affine)
                            .runningAverage(average)
                            .statistics(statistics)
                            .updateRunning(measures())
                    : BatchNorm1d.of()
                            .gamma(affine)
                            .beta(affine)
                            .runningAverage(average)
                            .statistics(statistics)
                            .updateRunning(measures());
        }
    }

    private static INDArray fixture(String name, int step, String what) {
        INDArray tensor = FIXTURES.get(name + "." + step + "." + what);
        assertThat(tensor).as("%s of %s", what, name).isNotNull();
        return tensor;
    }

    private static Shape example(INDArray x) {
        return Shape.of(Arrays.copyOfRange(x.shape(), 1, x.rank()));
    }

    /** Compares a whole tensor, in float32 relative to its largest element. */
    private static void assertSame(INDArray actual, INDArray expected, String what) {
        boolean doubles = actual.dataType() == DataType.DOUBLE;
        double[] wanted = Floats.values(expected);
        double size = Arrays.stream(wanted).map(Math::abs).max().orElse(0);
        assertThat(Floats.values(actual)).as(what).containsExactly(wanted, within(doubles ? 1e-12 : 1e-5 * size));
    }

    private static void initialise(Parameters parameters, Case mode) {
        for (String name : parameters.names()) {
            double[] values =
                    switch (name.substring(name.lastIndexOf('.') + 1)) {
                        case "gamma" -> new double[] {1.5, -0.7, 0.2};
                        case "beta" -> new double[] {0.3, -1.1, 2};
                        case "runningMean" -> mode.training ? new double[3] : new double[] {0.5, -1, 2};
                        case "runningVariance" -> mode.training ? new double[] {1, 1, 1} : new double[] {2, 0.5, 3};
                        default -> new double[0];
                    };
            if (values.length > 0) {
                parameters.get(name).assign(Tensors.of(parameters.type(), values, 3));
            }
        }
    }

    @Test
    void knowsEveryMode() {
        // 3 shapes, affine or not, 3 running averages or none, training or evaluation.
        assertThat(cases()).hasSize(3 * 2 * 4 * 2);
    }

    static Stream<String> everyCase() {
        return cases().stream();
    }

    @ParameterizedTest
    @MethodSource("everyCase")
    void agreesInOutputsAndGradients(String name) {
        for (DataType type : List.of(DataType.DOUBLE, DataType.FLOAT)) {
            Case mode = Case.of(name);
            INDArray x = fixture(name, 1, "x");
            int batch = (int) x.size(0);
            Tracer tracer = new Tracer();
            Value unused = tracer.input("unused", Shape.of(1));
            Parameter given = tracer.scope().weight("x", Shape.of(x.shape()), Initializer.constant(0));
            Value y = tracer.scope().call(mode.layer(), tracer.scope().apply(new GivenInput(), unused, given));
            Value weights = tracer.input("weights", y.shape());
            tracer.output("loss", tracer.scope().apply(new WeightedSum(), y, weights));
            tracer.output("y", y);
            Graph graph = tracer.graph();
            Parameters parameters = Parameters.initial(graph.parameters(), 1, type);
            initialise(parameters, mode);
            parameters.get("x").assign(x);
            INDArray[] inputs = {
                Tensors.zeros(type, batch, 1),
                // The engine takes the mean over the examples.
                Tensors.dense(fixture(name, 1, "dy").mul(batch), type)
            };
            try (TrainingProgram program = Engine.fastest(type).training(graph, parameters, batch, 1)) {
                program.step(1, inputs);
                assertSame(program.outputs().get(0), fixture(name, 1, "y"), "y");
                assertSame(parameters.gradient("x"), fixture(name, 1, "dx"), "dx");
                if (mode.affine) {
                    String layer = parameters
                            .names()
                            .get(1)
                            .substring(0, parameters.names().get(1).indexOf('.'));
                    assertSame(parameters.gradient(layer + ".gamma"), fixture(name, 1, "dgamma"), "dgamma");
                    assertSame(parameters.gradient(layer + ".beta"), fixture(name, 1, "dbeta"), "dbeta");
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("everyCase")
    void agreesInRunningAveragesAndPredictions(String name) {
        Case mode = Case.of(name);
        if (!mode.track) {
            return;
        }
        for (DataType type : List.of(DataType.DOUBLE, DataType.FLOAT)) {
            INDArray first = fixture(name, 1, "x");
            Network net =
                    Network.input(example(first).dims()).then(mode.layer()).build(1, type);
            initialise(net.parameters(), mode);
            String layer = net.parameters()
                    .names()
                    .get(0)
                    .substring(0, net.parameters().names().get(0).indexOf('.'));
            for (int step = 1; step <= 2; step++) {
                INDArray x = fixture(name, step, "x");
                if (!mode.training) {
                    Map<String, INDArray> input = Map.of("features", Tensors.dense(x, type));
                    assertSame(
                            Prediction.once(net.engine(), net.graph(), net.parameters(), input)
                                    .values()
                                    .iterator()
                                    .next(),
                            fixture(name, step, "y"),
                            "prediction");
                }
                Dataset data = Dataset.of(Tensors.dense(x, type), Tensors.dense(x, type));
                net.trainer()
                        .loss(Loss.meanSquaredError())
                        .optimizer(Sgd.of(Double.MIN_VALUE))
                        .batchSize((int) x.size(0))
                        .fit(data);
                assertSame(net.parameters().get(layer + ".runningMean"), fixture(name, step, "runningMean"), "mean");
                assertSame(
                        net.parameters().get(layer + ".runningVariance"),
                        fixture(name, step, "runningVariance"),
                        "variance");
            }
        }
    }
}
