package io.github.bn4j.model;

import static io.github.bn4j.TensorAssert.assertTensor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.bn4j.Network;
import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.engine.internal.TrainingPass;
import io.github.bn4j.graph.Measured;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What PyTorch says of a reference network. The files lie in {@code src/test/resources/model}, beside the script that made them, which
 * has the same formulas for weights and images.
 */
final class TorchReference {

    private static final Map<String, String> LAST_WORDS =
            Map.of("gamma", "weight", "beta", "bias", "runningMean", "running_mean", "runningVariance", "running_var");

    private final String name;

    TorchReference(String name) {
        this.name = name;
    }

    /** What PyTorch calls a parameter. */
    static String torchName(String parameter) {
        int end = parameter.lastIndexOf('.') + 1;
        String last = parameter.substring(end);
        return parameter.substring(0, end) + LAST_WORDS.getOrDefault(last, last);
    }

    /** The shapes of parameters by the names that PyTorch has for them. */
    static Map<String, Shape> shapes(Collection<Parameter> parameters) {
        return parameters.stream()
                .collect(Collectors.toMap(parameter -> torchName(parameter.name()), Parameter::shape));
    }

    /** The shapes in the state dict at full size, by name. */
    Map<String, Shape> shapes() {
        return lines("names").stream()
                .map(line -> line.split(" "))
                .collect(Collectors.toMap(words -> words[0], words -> Shape.of(dims(words[1]))));
    }

    /**
     * Gives a network the weights of the script, and compares its outputs in both modes, and its running statistics after a step.
     *
     * @param tolerance of outputs and statistics, relative to the largest expected one
     */
    void assertAgrees(Network net, double tolerance) {
        initialise(net);
        List<String[]> values =
                lines("values").stream().map(line -> line.split(" ")).toList();
        long[] image = dims(values.get(0)[1]);
        INDArray images = Tensors.of(
                net.parameters().type(), uniform("image", Shape.of(image).size(), u -> 2 * u - 1), image);
        List<INDArray> eval = List.copyOf(net.forward(images).values());
        assertOutputs("eval", values, eval.subList(0, 1), tolerance);
        try (TrainingPass training = TrainingPass.of(net.model(), (int) image[0])) {
            TrainingPass.Result step = training.run(1, images);
            assertOutputs("train", values, List.copyOf(step.outputs().values()), tolerance);
            move(net.parameters(), step.statistics());
        }
        Map<String, double[]> statistics = values.stream()
                .filter(words -> words[0].contains(".running_"))
                .collect(Collectors.toMap(words -> words[0], words -> numbers(words, 1)));
        assertStatistics(net.parameters(), statistics, tolerance);
    }

    /* A bias that PyTorch has but the network does without is taken out of the mean of the normalisation behind it. */
    private void initialise(Network net) {
        Parameters parameters = net.parameters();
        Set<String> inTorch = shapes().keySet();
        double[] dropped = {};
        for (Parameter parameter : net.model().traced().parameters()) {
            double[] values = weights(parameter);
            if (!parameters.has(parameter.name())) {
                dropped = inTorch.contains(parameter.name()) ? values : dropped;
                continue;
            }
            if (parameter.name().endsWith("runningMean")) {
                for (int i = 0; i < dropped.length; i++) {
                    values[i] -= dropped[i];
                }
                dropped = new double[0];
            }
            Floats.write(values, parameters.get(parameter.name()));
        }
    }

    private static void move(Parameters parameters, List<BatchStatistics> statistics) {
        for (BatchStatistics measured : statistics) {
            measured.node()
                    .op()
                    .update(
                            new Measured(measured.mean(), measured.variance(), measured.count()),
                            measured.node().values(parameters));
        }
    }

    private static void assertOutputs(String mode, List<String[]> values, List<INDArray> outputs, double tolerance) {
        List<String[]> expected =
                values.stream().filter(words -> words[0].equals(mode)).toList();
        assertThat(outputs).hasSameSizeAs(expected);
        for (int i = 0; i < outputs.size(); i++) {
            String[] words = expected.get(i);
            assertTensor(outputs.get(i)).as("%s %s", mode, i).hasShape(dims(words[1]));
            int step = Integer.parseInt(words[2]);
            double[] all = Floats.values(outputs.get(i));
            double[] some = IntStream.range(0, (all.length + step - 1) / step)
                    .mapToDouble(k -> all[k * step])
                    .toArray();
            INDArray wanted = Tensors.of(DataType.DOUBLE, numbers(words, 3), some.length);
            assertTensor(Tensors.of(DataType.DOUBLE, some, some.length))
                    .as("%s %s", mode, i)
                    .isRelativelyCloseTo(wanted, tolerance);
        }
    }

    /** The first, the middle and the last value of each. */
    private static void assertStatistics(Parameters parameters, Map<String, double[]> expected, double tolerance) {
        Map<String, INDArray> actual = parameters.all().stream()
                .filter(parameter -> !parameter.trainable())
                .collect(Collectors.toMap(
                        parameter -> torchName(parameter.name()), parameter -> parameters.get(parameter.name())));
        assertThat(actual).containsOnlyKeys(expected.keySet());
        actual.forEach((statistic, array) -> {
            double[] values = Floats.values(array);
            double[] wanted = Objects.requireNonNull(expected.get(statistic));
            double largest = Arrays.stream(wanted).map(Math::abs).max().orElseThrow();
            int[] places = {0, values.length / 2, values.length - 1};
            for (int i = 0; i < places.length; i++) {
                assertThat(values[places[i]])
                        .as("%s at %s", statistic, places[i])
                        .isCloseTo(wanted[i], within(tolerance * Math.max(1, largest)));
            }
        });
    }

    private static double[] weights(Parameter parameter) {
        String name = torchName(parameter.name());
        Shape shape = parameter.shape();
        if (name.endsWith("running_var")) {
            return uniform(name, shape.size(), u -> u + 0.5);
        }
        if (name.endsWith("weight") && shape.rank() == 1) {
            return uniform(name, shape.size(), u -> u / 2 + 0.5);
        }
        if (name.endsWith("weight")) {
            double bound = Math.sqrt(6 / ((double) shape.size() / shape.dim(0)));
            return uniform(name, shape.size(), u -> (2 * u - 1) * bound);
        }
        return uniform(name, shape.size(), u -> (2 * u - 1) * 0.2);
    }

    /** From 0 to below 1: the mixing of MurmurHash3 of the element's number and the hash (FNV-1a) of the name. */
    private static double[] uniform(String name, long size, DoubleUnaryOperator change) {
        int seed = (int) 2166136261L;
        for (byte letter : name.getBytes(StandardCharsets.UTF_8)) {
            seed = (seed ^ letter) * 16777619;
        }
        double[] values = new double[Math.toIntExact(size)];
        for (int i = 0; i < values.length; i++) {
            int x = seed + i * 0x9E3779B9;
            x = (x ^ (x >>> 16)) * 0x85EBCA6B;
            x = (x ^ (x >>> 13)) * 0xC2B2AE35;
            x ^= x >>> 16;
            values[i] = change.applyAsDouble((x >>> 8) * 0x1p-24);
        }
        return values;
    }

    private List<String> lines(String kind) {
        String file = "/model/" + name + "." + kind + ".txt";
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(TorchReference.class.getResourceAsStream(file), file),
                StandardCharsets.UTF_8))) {
            return lines.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long[] dims(String text) {
        return Stream.of(text.split(",")).mapToLong(Long::parseLong).toArray();
    }

    private static double[] numbers(String[] words, int skipped) {
        return Stream.of(words).skip(skipped).mapToDouble(Double::parseDouble).toArray();
    }
}
