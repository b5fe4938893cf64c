package io.github.bn4j.inside;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkPresent;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Model;
import io.github.bn4j.inside.internal.BatchGradients;
import io.github.bn4j.internal.Floats;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.TrainingMemory;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The gradients of the mean loss of a batch. Prints as a table of their sizes.
 *
 * @param mode how the batch was seen
 * @param loss the mean loss
 * @param inputs gradient by each input by name, {@code [examples, shape]}; not by numbers of rows of an {@code Embedding}
 * @param parameters gradient by each parameter that is trained, by name, of its shape; frozen ones have none
 */
public record LossGradients(Mode mode, double loss, Map<String, INDArray> inputs, Map<String, INDArray> parameters) {

    /** Keeps the order. */
    public LossGradients {
        inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    /**
     * Those of a network.
     *
     * @param model Not modified.
     * @param memory what the network was trained on
     * @param batch examples with targets, all in one batch
     * @param losses by the names of outputs
     * @throws IllegalArgumentException if the data do not fit the network or the losses
     */
    public static LossGradients of(
            Model model, TrainingMemory memory, Dataset batch, Map<String, Loss> losses, Mode mode) {
        model.requireFinite("gradients");
        BatchGradients gradients = BatchGradients.of(model, memory, batch, losses, mode == Mode.TRAINING);
        return new LossGradients(mode, gradients.loss(), gradients.inputs(), gradients.parameters());
    }

    /**
     * The gradient by the only input that has one, {@code [examples, shape]}.
     *
     * @throws IllegalArgumentException if several have one, or none
     */
    public INDArray input() {
        checkArgument(
                inputs.size() == 1,
                "input expects one input with a gradient but got %s; take inputs().get(name)",
                inputs.keySet());
        return inputs.values().iterator().next();
    }

    /**
     * The gradient by a parameter, of its shape.
     *
     * @param name such as {@code conv2d_1.weight}
     * @throws IllegalArgumentException if it has none; the message lists those that have one
     */
    public INDArray by(String name) {
        return checkPresent(
                parameters.get(name),
                "by expects the name of a parameter that is trained but got \"%s\"; there are %s",
                name,
                parameters.keySet());
    }

    @Override
    public String toString() {
        Map<String, INDArray> all = new LinkedHashMap<>(inputs);
        all.putAll(parameters);
        int width = all.keySet().stream().mapToInt(String::length).max().orElse(0);
        return String.format(Locale.ROOT, "gradients of a loss of %.4g in %s", loss, mode.words())
                + all.entrySet().stream()
                        .map(each -> System.lineSeparator() + line(each.getKey(), width, each.getValue()))
                        .collect(Collectors.joining());
    }

    private static String line(String name, int width, INDArray gradient) {
        double[] values = Floats.values(gradient);
        double norm =
                Math.sqrt(DoubleStream.of(values).map(value -> value * value).sum());
        double largest = DoubleStream.of(values).map(Math::abs).max().orElse(0);
        return String.format(
                Locale.ROOT,
                "%-" + width + "s  %-16s norm %.3g, largest %.3g",
                name,
                Arrays.toString(gradient.shape()),
                norm,
                largest);
    }
}
