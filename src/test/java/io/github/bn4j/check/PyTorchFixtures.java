package io.github.bn4j.check;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.layer.BatchNorm1d;
import io.github.bn4j.layer.BatchNorm2d;
import io.github.bn4j.layer.RunningAverage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What PyTorch's batch normalisations give in every mode; norm/pytorch/README.md says how the fixtures were made. */
final class PyTorchFixtures {

    private static final Map<String, INDArray> FIXTURES = fixtures();

    private PyTorchFixtures() {}

    private static Map<String, INDArray> fixtures() {
        try (InputStream resource = PyTorchFixtures.class.getResourceAsStream("/norm/pytorch/batch_norm.safetensors")) {
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
    record Case(int rank, boolean affine, boolean track, String momentum, boolean training) {

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

    static INDArray fixture(String name, int step, String what) {
        INDArray tensor = FIXTURES.get(name + "." + step + "." + what);
        assertThat(tensor).as("%s of %s", what, name).isNotNull();
        return tensor;
    }

    static Shape example(INDArray x) {
        return Shape.of(Arrays.copyOfRange(x.shape(), 1, x.rank()));
    }

    /** Compares a whole tensor, in float32 relative to its largest element. */
    static void assertSame(INDArray actual, INDArray expected, String what) {
        if (actual.dataType() == DataType.DOUBLE) {
            assertTensor(actual).as(what).hasElementsCloseTo(Floats.values(expected), 1e-12);
        } else {
            assertTensor(actual).as(what).isRelativelyCloseTo(expected.reshape(actual.shape()), 1e-5);
        }
    }

    static void initialise(Parameters parameters, Case mode) {
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
}
