package io.github.bn4j.command;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.Network;
import io.github.bn4j.onnx.OnnxOptions;
import java.nio.file.Path;
import java.util.Locale;

/** The kinds of files that hold a model as a whole, by their endings. */
enum ModelFormat {
    SAFETENSORS(".safetensors") {
        @Override
        Network read(Path path) {
            return Network.load(path);
        }

        @Override
        void write(Network network, Path path, OnnxOptions options) {
            network.save(path);
        }
    },
    ONNX(".onnx") {
        @Override
        Network read(Path path) {
            throw new IllegalArgumentException(
                    "bn4j expects a model that ends in .safetensors but got \"" + path + "\"; ONNX cannot be read yet");
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

    abstract Network read(Path path);

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
