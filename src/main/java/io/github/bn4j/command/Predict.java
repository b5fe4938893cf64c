package io.github.bn4j.command;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.Network;
import io.github.bn4j.internal.Checks;
import io.github.bn4j.internal.CsvText;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a model on examples in a file. */
@Command(
        name = "predict",
        description = {
            "Runs a model on the examples of a file and prints its outputs as comma-separated values, a line for each example.",
            "Columns are named after the classes, where the model knows them."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {"0:done", "2:wrong arguments, or files that cannot be read or written or do not fit"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  java -jar bn4j-all.jar predict model.onnx images.npy --top 3",
            "  java -jar bn4j-all.jar predict model.onnx table.csv > scores.csv",
            "  java -jar bn4j-all.jar predict model.onnx inputs.npz --output outputs.npz"
        })
final class Predict implements Callable<Integer> {

    private final PrintStream out;

    @Parameters(
            index = "0",
            paramLabel = "MODEL",
            description = "A model that ends in .onnx, or in .safetensors if bn4j saved it.")
    private Path model;

    @Parameters(
            index = "1",
            paramLabel = "INPUT",
            description = {
                "Examples along the first axis: a .npy; a .npz or .safetensors with an array for each input by name, or a single"
                        + " one; or a .csv with a row of numbers for each example."
            })
    private Path input;

    @Option(
            names = "--output",
            paramLabel = "OUT",
            description = {
                "Writes the outputs to a file instead: .csv, .npy if there is one output, .npz, or .safetensors."
            })
    private @Nullable Path output;

    @Option(
            names = "--top",
            paramLabel = "K",
            description = "Prints the K largest scores of each example and their classes instead of all scores.")
    private @Nullable Integer top;

    @Option(names = "--no-header", description = "Says that the first line of a .csv has numbers, not names.")
    private boolean noHeader;

    @Mixin
    private final InputShapes shapes = new InputShapes();

    Predict(PrintStream out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        Path to = output;
        ArrayFormat format = to == null ? ArrayFormat.CSV : ArrayFormat.of("predict --output", to);
        if (to != null) {
            Checks.checkDirectoryOf("predict --output", to);
        }
        checkArgument(
                top == null || format == ArrayFormat.CSV,
                "predict expects --top where it writes .csv but got \"%s\"; leave it out",
                to);
        ArrayFormat from = ArrayFormat.of("predict", input);
        checkArgument(
                !noHeader || from == ArrayFormat.CSV,
                "predict expects --no-header where it reads .csv but got \"%s\"; leave it out",
                input);
        Network network =
                ModelFormat.of("predict", model).read(model, shapes.options()).network();
        Map<String, INDArray> inputs =
                from.read("predict", input, network.graph().inputs(), !noHeader);
        Map<String, INDArray> outputs = network.forward(inputs);
        if (format != ArrayFormat.CSV && to != null) {
            format.write("predict --output", to, outputs);
            return ExitStatus.DONE;
        }
        List<List<String>> lines = top == null
                ? ScoreTable.all(outputs, classNames(network, outputs))
                : ScoreTable.best(top, outputs, classNames(network, outputs));
        if (to == null) {
            out.print(CsvText.of(lines));
        } else {
            CsvText.write("predict --output", to, lines);
        }
        return ExitStatus.DONE;
    }

    private static Map<String, List<String>> classNames(Network network, Map<String, INDArray> outputs) {
        Map<String, List<String>> names = new LinkedHashMap<>();
        outputs.keySet().forEach(name -> names.put(name, network.classNames(name)));
        return names;
    }
}
