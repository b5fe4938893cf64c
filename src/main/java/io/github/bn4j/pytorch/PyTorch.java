package io.github.bn4j.pytorch;

import static io.github.bn4j.internal.Checks.checkGiven;
import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.bn4j.Network;
import io.github.bn4j.bias.BiasAbsorption;
import io.github.bn4j.checkpoint.TensorFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Weights of PyTorch in networks of the same layers, and back. Layouts agree, so no number changes its place: weights of convolutions
 * are {@code [out, in / groups, height, width]}, of dense layers {@code [out, in]}. A batch norm's {@code weight}, {@code bias}, {@code
 * running_mean} and {@code running_var} are {@code gamma}, {@code beta}, {@code runningMean} and {@code runningVariance}; both
 * libraries keep unbiased running variances by default. Momentum is no part of a state dict: PyTorch's {@code momentum} m is {@code
 * RunningAverage.newWeight(m)}, and {@code None} is {@code cumulative()}, whose count is {@code num_batches_tracked}.
 *
 * <p>Files are safetensors, {@code .npz}, or what {@code torch.save(model.state_dict(), path)} writes: a zip of plain tensors, of which
 * no code is ever run. Types are converted, F16 and BF16 too.
 */
public final class PyTorch {

    private static final String LOAD = "PyTorch.load";
    private static final String SAVE = "PyTorch.save";

    private PyTorch() {}

    /**
     * Takes all parameters of a network from a state dict: by name where its names are those of the network but for their last words, as
     * in {@code layer1.0.bn1.running_mean} for {@code layer1.0.bn1.runningMean}; else by order, where the modules of both are alike one
     * after another; else by shape, where each occurs once. Safetensors are sorted by name, so only numbers in their names tell an order;
     * other files keep that of the modules. A bias that the network does without is absorbed exactly, by the running means behind it.
     *
     * @param path the file
     * @return what went where
     * @throws io.github.bn4j.checkpoint.CheckpointException if there is no such file, or it is damaged or holds other things than tensors
     * @throws IllegalArgumentException if a parameter is not in the file, has another shape there, or something is left over; the network is
     *     unchanged then
     */
    @CanIgnoreReturnValue
    public static PyTorchReport load(Network network, Path path) {
        return load(network, path, Map.of());
    }

    /**
     * Takes all parameters of a network from a state dict whose names are told.
     *
     * @param table for each name in the file, or beginning of names up to a dot, that of the network: {@code "encoder.0"} for {@code
     *     "conv2d_1"}, or {@code "encoder.0.weight"} for {@code "conv2d_1.weight"}. Names that it does not tell are those of the
     *     network but for their last words.
     */
    @CanIgnoreReturnValue
    public static PyTorchReport load(Network network, Path path, Map<String, String> table) {
        return load(network, path, table, true);
    }

    /**
     * Takes what fits from a state dict, by name, and leaves all other parameters as they are: a backbone without its classifier, or
     * with another number of classes. The report lists what was left on either side.
     *
     * @throws IllegalArgumentException if nothing fits; the network is unchanged then
     */
    @CanIgnoreReturnValue
    public static PyTorchReport loadPart(Network network, Path path) {
        return load(network, path, Map.of(), false);
    }

    private static PyTorchReport load(Network network, Path path, Map<String, String> table, boolean all) {
        checkGiven(network, LOAD, "a network");
        checkGiven(path, LOAD, "the path of a file");
        checkGiven(table, LOAD, "a table of names");
        StateDict dictionary = StateDict.read(LOAD, path);
        Map<String, INDArray> file = dictionary.tensors();
        Modules own = Modules.of(network.model());
        Match match = table.isEmpty() && all ? Match.of(own, dictionary) : Match.byName(own, file, table);
        if (all) {
            match.requireAll(LOAD, own);
        } else {
            match.requireAny("PyTorch.loadPart");
        }
        Map<String, INDArray> weights = new LinkedHashMap<>();
        match.taken().forEach((from, to) -> weights.put(to, own.shaped(to, requireNonNull(file.get(from)))));
        BiasAbsorption absorbed = all
                ? network.importWeights(weights)
                : network.importMatching(weights).absorption();
        return match.report(own, dictionary, absorbed);
    }

    /**
     * Writes the parameters of a network as a state dict in safetensors, under its own names but for their last words, which are
     * PyTorch's. A PyTorch model whose modules have biases that the network does without wants {@code network.materializeBias()}, which has
     * them as zeros.
     *
     * @throws io.github.bn4j.checkpoint.CheckpointException if the directory does not exist
     */
    public static void save(Network network, Path path) {
        save(network, path, Map.of());
    }

    /**
     * Writes the parameters of a network as a state dict in safetensors, under the names that they have in PyTorch.
     *
     * @param names the name in the file for each of the network, as {@link PyTorchReport#names} tells of a file that was loaded; others are
     *     the network's own but for their last words
     */
    public static void save(Network network, Path path, Map<String, String> names) {
        checkGiven(network, SAVE, "a network");
        checkGiven(path, SAVE, "the path of a file");
        checkGiven(names, SAVE, "names by those of the network");
        Modules own = Modules.of(network.model());
        List<String> written = network.parameters().names();
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        network.parameters().between(() -> {
            network.model().requireFinite(SAVE);
            for (String name : written) {
                tensors.put(
                        names.getOrDefault(name, own.inPyTorch(name)),
                        own.unshaped(name, network.parameters().get(name)));
            }
            new TensorFile(tensors, Map.of("format", "pt")).write(SAVE, path);
        });
    }
}
