package io.github.bn4j.command;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Writes a model as another kind of file. */
@Command(
        name = "convert",
        description = "Writes a model as another kind of file, .onnx or .safetensors, as the endings say.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:done", "2:wrong arguments, or a model that cannot be read or written"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  java -jar bn4j-all.jar convert model.onnx model.safetensors",
            "  java -jar bn4j-all.jar convert model.safetensors model.onnx --opset 15",
            "",
            "State dicts of PyTorch (.pt, .pth, .npz, or .safetensors that bn4j did not",
            "save) hold weights without the network that they are of, and cannot be",
            "converted alone: let PyTorch write ONNX, or build the network in Java and call",
            "PyTorch.load."
        })
final class Convert implements Callable<Integer> {

    @Parameters(
            index = "0",
            paramLabel = "IN",
            description = "A model that ends in .onnx, or in .safetensors if bn4j saved it.")
    private Path in;

    @Parameters(index = "1", paramLabel = "OUT", description = "The new model; its ending says what it is.")
    private Path to;

    @Mixin
    private final OnnxSettings settings = new OnnxSettings();

    @Mixin
    private final InputShapes shapes = new InputShapes();

    @Override
    public Integer call() {
        ModelWriter writer = ModelWriter.of("convert", to, settings);
        writer.write(ModelFormat.of("convert", in).read(in, shapes.options()).network());
        return ExitStatus.DONE;
    }
}
