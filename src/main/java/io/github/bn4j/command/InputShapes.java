package io.github.bn4j.command;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.onnx.OnnxImportOptions;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** The option of commands that read a model for inputs whose axes an ONNX file leaves open. */
final class InputShapes {

    private static final Pattern SHAPE = Pattern.compile("(.+)=([1-9][0-9]{0,8}(?:,[1-9][0-9]{0,8})*)");

    @Option(
            names = "--input",
            paramLabel = "NAME=SHAPE",
            description =
                    "Shape of one example of an input whose axes an .onnx leaves open, such as x=3,224,224. May be given for each input.")
    private List<String> shapes = List.of();

    /** How a file is read. */
    OnnxImportOptions options() {
        OnnxImportOptions options = OnnxImportOptions.defaults();
        for (String text : shapes) {
            var shape = SHAPE.matcher(text);
            checkArgument(
                    shape.matches(),
                    "--input expects a name and the shape of one example, such as x=3,224,224, but got \"%s\"; leave out the batch",
                    text);
            options = options.input(
                    shape.group(1),
                    Arrays.stream(shape.group(2).split(","))
                            .mapToLong(Long::parseLong)
                            .toArray());
        }
        return options;
    }
}
