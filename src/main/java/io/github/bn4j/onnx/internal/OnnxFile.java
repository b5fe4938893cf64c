package io.github.bn4j.onnx.internal;

import io.github.bn4j.checkpoint.CheckpointException;
import io.github.bn4j.internal.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import onnx.Onnx.ModelProto;
import onnx.Onnx.OperatorSetIdProto;
import org.nd4j.shade.protobuf.CodedInputStream;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;
import org.nd4j.shade.protobuf.UnsafeByteOperations;

/**
 * An ONNX file in memory.
 *
 * @param path where it lies; tensors may lie in files beside it
 * @param model what it says
 * @param opset version of its operators
 */
record OnnxFile(Path path, ModelProto model, int opset) {

    static final String WHO = "importOnnx";

    private static final int OLDEST = 6;

    static OnnxFile read(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new CheckpointException(WHO + " expects an ONNX file but got "
                    + (Files.exists(path) ? "a directory or device" : "no file") + " at \"" + path
                    + "\"; check the path");
        }
        try {
            return AtomicFile.read(path, (in, size) -> {
                requireRoom(path, size);
                return of(path, in.readNBytes((int) size));
            });
        } catch (IOException e) {
            throw new UncheckedIOException(
                    WHO + " expects to read \"" + path + "\" but got " + e + "; check the file", e);
        }
    }

    private static void requireRoom(Path path, long size) {
        long most = Math.min(Integer.MAX_VALUE - 8L, Runtime.getRuntime().maxMemory() / 4 * 3);
        if (size > most) {
            throw new CheckpointException(
                    WHO + " expects a file of at most " + (most >> 20) + " MB but got "
                            + (size >> 20) + " MB at \"" + path
                            + "\"; keep its tensors in a file beside it, as exporters do when asked for external data, or give Java more memory with -Xmx");
        }
    }

    private static OnnxFile of(Path path, byte... bytes) throws IOException {
        try {
            CodedInputStream in = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
            in.enableAliasing(true);
            ModelProto model = ModelProto.parseFrom(in);
            OnnxFile file = new OnnxFile(path, model, opset(model));
            file.check();
            return file;
        } catch (InvalidProtocolBufferException e) {
            throw damaged(path, "an ONNX model", String.valueOf(e.getMessage()));
        }
    }

    private void check() {
        if (!model.hasGraph() || model.getGraph().getOutputCount() == 0) {
            throw damaged(path, "an ONNX model with a graph and outputs", "none");
        }
        if (opset < OLDEST) {
            throw new CheckpointException(WHO + " expects operators of version " + OLDEST + " or later in \"" + path
                    + "\" but got " + opset + "; convert it with onnx.version_converter");
        }
    }

    /* A model of the first days names no version and has the first one. */
    private static int opset(ModelProto model) {
        long version = 1;
        for (OperatorSetIdProto opset : model.getOpsetImportList()) {
            if (isOnnx(opset.getDomain())) {
                version = opset.getVersion();
            }
        }
        return (int) Math.max(0, Math.min(version, Integer.MAX_VALUE));
    }

    static boolean isOnnx(String domain) {
        return domain.isEmpty() || domain.equals("ai.onnx");
    }

    /** What wrote it, and how. */
    String source() {
        String producer = model.getProducerName().isBlank() ? "an unnamed exporter" : model.getProducerName();
        String version = model.getProducerVersion().isBlank() ? "" : " " + model.getProducerVersion();
        return producer + version + ", IR " + model.getIrVersion() + ", opset " + opset;
    }

    boolean isFrom(String producer) {
        return model.getProducerName().equals(producer);
    }

    static CheckpointException damaged(Path path, String expected, Object got) {
        return new CheckpointException(WHO + " expects " + expected + " in \"" + path + "\" but got " + got
                + "; the file is damaged, use another copy");
    }

    CheckpointException damaged(String expected, Object got) {
        return damaged(path, expected, got);
    }
}
