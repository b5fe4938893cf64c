package io.github.bn4j.pytorch;

import io.github.bn4j.checkpoint.CheckpointException;
import io.github.bn4j.checkpoint.TensorFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Tensors by name in a file of any kind that PyTorch's users have.
 *
 * @param tensors in the order of the file
 * @param ordered whether that is the order of the modules; safetensors are sorted by name
 */
record StateDict(Map<String, INDArray> tensors, boolean ordered) {

    /** What {@code torch.nn.DataParallel} puts before all names. */
    private static final String PARALLEL = "module.";

    /**
     * Reads a file, of the kind that its first bytes tell.
     *
     * @throws CheckpointException if there is no such file, or it is damaged or holds anything but tensors
     */
    static StateDict read(String who, Path path) {
        boolean zip = isZip(who, path);
        Map<String, INDArray> tensors =
                zip ? ZippedTensors.read(who, path) : TensorFile.read(who, path).tensors();
        boolean parallel = !tensors.isEmpty() && tensors.keySet().stream().allMatch(name -> name.startsWith(PARALLEL));
        if (!parallel) {
            return new StateDict(tensors, zip);
        }
        Map<String, INDArray> plain = new LinkedHashMap<>();
        tensors.forEach((name, array) -> plain.put(name.substring(PARALLEL.length()), array));
        return new StateDict(plain, zip);
    }

    private static boolean isZip(String who, Path path) {
        if (!Files.isRegularFile(path)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] first = in.readNBytes(2);
            return first.length == 2 && first[0] == 'P' && first[1] == 'K';
        } catch (IOException e) {
            throw new UncheckedIOException(
                    who + " expects to read \"" + path + "\" but got " + e + "; check the file", e);
        }
    }

    /** The names of the tensors of each module, by their last words, in order as far as it is known. */
    Map<String, Map<String, String>> modules() {
        Map<String, Map<String, String>> modules =
                ordered ? new LinkedHashMap<>() : new TreeMap<>(Modules::compareNumbers);
        tensors.keySet().forEach(name -> modules.computeIfAbsent(Modules.module(name), any -> new LinkedHashMap<>())
                .put(Modules.word(name), name));
        return modules;
    }
}
