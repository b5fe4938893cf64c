package io.github.bn4j.pytorch;

import io.github.bn4j.checkpoint.CheckpointException;
import io.github.bn4j.checkpoint.internal.NpzFile;
import io.github.bn4j.internal.MemoryLimit;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Tensors in a zip: an {@code .npz} of arrays, or what {@code torch.save} writes. */
final class ZippedTensors {

    private static final String PICKLE = "data.pkl";

    private final String who;
    private final Path path;
    private final ZipFile zip;

    private ZippedTensors(String who, Path path, ZipFile zip) {
        this.who = who;
        this.path = path;
        this.zip = zip;
    }

    static Map<String, INDArray> read(String who, Path path) {
        try (ZipFile zip = new ZipFile(path.toFile())) {
            return new ZippedTensors(who, path, zip).read();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    who + " expects to read \"" + path + "\" but got " + e + "; check the file", e);
        }
    }

    private Map<String, INDArray> read() throws IOException {
        for (ZipEntry entry : zip.stream().toList()) {
            String name = entry.getName();
            if (name.equals(PICKLE) || name.endsWith("/" + PICKLE)) {
                return pickled(entry, name.substring(0, name.length() - PICKLE.length()));
            }
        }
        return NpzFile.read(who, zip, this::refused);
    }

    private Map<String, INDArray> pickled(ZipEntry entry, String folder) throws IOException {
        ZipEntry order = zip.getEntry(folder + "byteorder");
        if (order != null && new String(bytes(order), StandardCharsets.US_ASCII).equals("big")) {
            throw refused("little-endian numbers", "big-endian ones");
        }
        Map<String, PickledTensor> dictionary = PickledStateDict.read(bytes(entry), this::refused);
        // Tensors that share a storage follow one another, if there are any.
        String read = "";
        byte[] storage = {};
        Map<String, INDArray> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, PickledTensor> each : dictionary.entrySet()) {
            PickledTensor tensor = each.getValue();
            if (tensor.isEmpty()) {
                continue;
            }
            if (!tensor.storage().equals(read)) {
                ZipEntry data = zip.getEntry(folder + "data/" + tensor.storage());
                if (data == null) {
                    throw refused(
                            "the numbers of \"" + each.getKey() + "\" as \"data/" + tensor.storage() + "\"", "none");
                }
                storage = bytes(data);
                read = tensor.storage();
            }
            tensors.put(each.getKey(), tensor.array(storage, each.getKey(), this::refused));
        }
        return tensors;
    }

    private byte[] bytes(ZipEntry entry) throws IOException {
        long size = Math.max(0, entry.getSize());
        MemoryLimit.require(
                who, (double) size, "\"" + entry.getName() + "\" in \"" + path + "\"", "save as safetensors");
        if (size > Integer.MAX_VALUE - 8) {
            throw refused("entries below 2 GB", size + " bytes of \"" + entry.getName() + "\"");
        }
        try (InputStream in = zip.getInputStream(entry)) {
            byte[] bytes = in.readNBytes((int) size);
            if (bytes.length < size) {
                throw refused(size + " bytes of \"" + entry.getName() + "\"", bytes.length);
            }
            return bytes;
        }
    }

    private CheckpointException refused(String expected, Object got) {
        return new CheckpointException(who + " expects " + expected + " in \"" + path + "\" but got " + got
                + "; save the state dict alone, best by safetensors.torch.save_file(model.state_dict(), path)");
    }
}
