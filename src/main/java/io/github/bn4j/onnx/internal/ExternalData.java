package io.github.bn4j.onnx.internal;

import io.github.bn4j.internal.ElementBytes;
import io.github.bn4j.internal.ElementType;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.TensorProto;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Tensors that lie in files beside the model: in its own folder or below, never elsewhere. */
final class ExternalData {

    private static final Set<String> KEYS = Set.of("location", "offset", "length", "checksum");

    private final OnnxFile file;

    ExternalData(OnnxFile file) {
        this.file = file;
    }

    /**
     * Where the bytes of a tensor lie.
     *
     * @param expected how many there have to be
     */
    private Section section(TensorProto tensor, long expected) throws IOException {
        Map<String, String> entries = new HashMap<>();
        for (StringStringEntryProto entry : tensor.getExternalDataList()) {
            if (!KEYS.contains(entry.getKey()) || entries.put(entry.getKey(), entry.getValue()) != null) {
                throw wrong(tensor, "each of location, offset and length once", "\"" + entry.getKey() + "\"");
            }
        }
        Path path = path(tensor, entries.getOrDefault("location", ""));
        long offset = number(tensor, entries.getOrDefault("offset", "0"));
        long length = number(tensor, entries.getOrDefault("length", Long.toString(expected)));
        long size = Files.size(path);
        if (length != expected) {
            throw wrong(tensor, expected + " bytes for its shape", length);
        }
        if (offset > size || length > size - offset) {
            throw wrong(tensor, "bytes that \"" + path + "\" has", offset + " to " + (offset + length) + " of " + size);
        }
        return new Section(path, offset);
    }

    private record Section(Path path, long offset) {}

    private Path path(TensorProto tensor, String location) {
        Path folder = file.path().toAbsolutePath().getParent();
        Path relative;
        try {
            relative = Path.of(location);
        } catch (IllegalArgumentException invalid) {
            throw wrong(tensor, "the name of a file in the model's folder", "\"" + location + "\"");
        }
        boolean inside = !location.isEmpty() && !relative.isAbsolute() && location.indexOf('\\') < 0;
        for (Path part : relative) {
            inside &= !part.toString().equals("..");
        }
        if (!inside || folder == null) {
            throw wrong(tensor, "the name of a file in the model's folder", "\"" + location + "\"");
        }
        Path found = folder;
        for (Path part : relative) {
            found = found.resolve(part);
            if (Files.isSymbolicLink(found)) {
                throw wrong(tensor, "a file in the model's folder", "the link \"" + found + "\"");
            }
        }
        if (!Files.isRegularFile(found, LinkOption.NOFOLLOW_LINKS)) {
            throw wrong(tensor, "a file in the model's folder", "no file \"" + found + "\"");
        }
        return found;
    }

    private long number(TensorProto tensor, String text) {
        if (!text.matches("[0-9]{1,18}")) {
            throw wrong(tensor, "a number of bytes", "\"" + text + "\"");
        }
        return Long.parseLong(text);
    }

    /** Refuses a tensor whose bytes are not there, before there is room for them. */
    void require(TensorProto tensor, long bytes) throws IOException {
        section(tensor, bytes);
    }

    /** Reads floating-point elements into a dense array. */
    void read(TensorProto tensor, ElementType type, INDArray into) throws IOException {
        Section section = section(tensor, into.length() * type.width());
        try (InputStream in = new BufferedInputStream(Files.newInputStream(section.path()))) {
            in.skipNBytes(section.offset());
            ElementBytes.read(in, type, into);
        }
    }

    /** Reads the bytes of a small tensor. */
    byte[] bytes(TensorProto tensor, int length) throws IOException {
        Section section = section(tensor, length);
        try (InputStream in = Files.newInputStream(section.path())) {
            in.skipNBytes(section.offset());
            byte[] bytes = in.readNBytes(length);
            return bytes.length == length ? bytes : Arrays.copyOf(bytes, length);
        }
    }

    private RuntimeException wrong(TensorProto tensor, String expected, Object got) {
        return file.damaged(expected + " as the data of tensor \"" + tensor.getName() + "\"", got);
    }
}
