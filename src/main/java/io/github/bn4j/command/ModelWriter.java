package io.github.bn4j.command;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.Network;
import io.github.bn4j.internal.Checks;
import io.github.bn4j.onnx.OnnxOptions;
import java.nio.file.Path;

/** Where a model is to be written and how, checked before anything is read. */
record ModelWriter(Path path, ModelFormat format, OnnxOptions options) {

    /**
     * Checks what can be checked before.
     *
     * @param who who wants to write, for messages
     * @throws IllegalArgumentException if the ending is another, the settings are not for this kind of file, or its directory does
     *     not exist
     */
    static ModelWriter of(String who, Path path, OnnxSettings settings) {
        ModelFormat format = ModelFormat.of(who, path);
        checkArgument(
                format == ModelFormat.ONNX || !settings.areSet(),
                "%s expects --opset and --external-data where it writes .onnx but got \"%s\"; leave them out",
                who,
                path);
        Checks.checkDirectoryOf(who, path);
        return new ModelWriter(path, format, settings.options());
    }

    /** Writes the file as a whole or not at all. */
    void write(Network network) {
        format.write(network, path, options);
    }
}
