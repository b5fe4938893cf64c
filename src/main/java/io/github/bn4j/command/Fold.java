package io.github.bn4j.command;

import io.github.bn4j.FoldedNetwork;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Writes a model for predictions. */
@Command(
        name = "fold",
        description = {
            "Writes a model for predictions, in which batch normalisations have gone into their neighbours, and prints what went"
                    + " where and how far predictions differ.",
            "The model that is left is not to be trained further; keep MODEL."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:done", "2:wrong arguments, or a model that cannot be read or written"},
        footerHeading = "%nExamples:%n",
        footer = "  java -jar bn4j-all.jar fold model.onnx folded.onnx")
final class Fold implements Callable<Integer> {

    private final PrintStream out;

    @Parameters(
            index = "0",
            paramLabel = "MODEL",
            description = "A model that ends in .onnx, or in .safetensors if bn4j saved it.")
    private Path model;

    @Parameters(index = "1", paramLabel = "OUT", description = "The new model; its ending says what it is.")
    private Path folded;

    @Mixin
    private final OnnxSettings settings = new OnnxSettings();

    @Mixin
    private final InputShapes shapes = new InputShapes();

    Fold(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        ModelWriter writer = ModelWriter.of("fold", folded, settings);
        FoldedNetwork result = ModelFormat.of("fold", model)
                .read(model, shapes.options())
                .network()
                .fold();
        writer.write(result.network());
        out.println(result);
        return ExitStatus.DONE;
    }
}
