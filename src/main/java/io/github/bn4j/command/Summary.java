package io.github.bn4j.command;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Prints the layers of a model. */
@Command(
        name = "summary",
        description =
                "Prints the layers of a model with the shapes of their outputs, their parameters, and what became of their biases; of"
                        + " an .onnx also what its nodes became.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:done", "2:wrong arguments, or a model that cannot be read"},
        footerHeading = "%nExamples:%n",
        footer = "  java -jar bn4j-all.jar summary model.onnx")
final class Summary implements Callable<Integer> {

    private final PrintStream out;

    @Parameters(paramLabel = "MODEL", description = "A model that ends in .onnx, or in .safetensors if bn4j saved it.")
    private Path model;

    @Mixin
    private final InputShapes shapes = new InputShapes();

    Summary(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        OpenedModel opened = ModelFormat.of("summary", model).read(model, shapes.options());
        out.println(opened.network().summary());
        opened.report().ifPresent(out::println);
        return ExitStatus.DONE;
    }
}
