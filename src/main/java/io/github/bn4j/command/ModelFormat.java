package io.github.bn4j.command;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.Network;
import io.github.bn4j.onnx.OnnxImportOptions;
import io.github.bn4j.onnx.OnnxOptions;
import io.github.bn4j.onnx.OnnxReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The kinds of files that hold a model as a whole, by their endings. */
enum ModelFormat {
    SAFETENSORS(".safetensors") {
        @Override
        OpenedModel read(Path path, OnnxImportOptions options) {
            checkArgument(
                    options.shapes().isEmpty(),
                    "--input expects an .onnx file, which may leave axes open, but got \"%s\"; leave the option out",
                    path);
            return new OpenedModel(Network.load(path), Optional.empty());
        }

        @Override
        void write(Network network, Path path, OnnxOptions options) {
            network.save(path);
        }
    },
    ONNX(".onnx") {
        @Override
        OpenedModel read(Path path, OnnxImportOptions options) {
            List<OnnxReport> reports = new ArrayList<>();
            Network network = Network.importOnnx(path, options.report(reports::add));
            return new OpenedModel(network, reports.stream().findFirst());
        }

        @Override
        void write(Network network, Path path, OnnxOptions options) {
            network.exportOnnx(path, options);
        }
    };

    private final String ending;

    ModelFormat(String ending) {
        this.ending = ending;
    }

    /**
     * Reads a file.
     *
     * @param options for ONNX
     */
    abstract OpenedModel read(Path path, OnnxImportOptions options);

    /**
     * Writes the file as a whole or not at all.
     *
     * @param options for ONNX
     */
    abstract void write(Network network, Path path, OnnxOptions options);

    /**
     * The kind of a file.
     *
     * @param who who wants to know, for the message
     * @throws IllegalArgumentException if it has another ending
     */
    static ModelFormat of(String who, Path path) {
        String name = path.toString().toLowerCase(Locale.ROOT);
        for (ModelFormat format : values()) {
            if (name.endsWith(format.ending)) {
                return format;
            }
        }
        checkArgument(
                !name.matches(".*\\.(pt|pth|bin|ckpt|pkl|npz)"),
                "%s expects a model that ends in .safetensors or .onnx but got \"%s\", which may hold PyTorch's weights but not"
                        + " the network that they are of; let PyTorch write it by torch.onnx.export(model.eval(), (x,),"
                        + " \"model.onnx\", dynamo=False, training=torch.onnx.TrainingMode.PRESERVE), or build the network in"
                        + " Java and call PyTorch.load",
                who,
                path);
        throw new IllegalArgumentException(who + " expects a model that ends in .safetensors or .onnx but got \"" + path
                + "\"; let the program that made it write ONNX");
    }
}
