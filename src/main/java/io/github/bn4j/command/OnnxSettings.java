package io.github.bn4j.command;

import io.github.bn4j.onnx.OnnxOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of commands that may write ONNX. */
final class OnnxSettings {

    @Option(
            names = "--opset",
            paramLabel = "VERSION",
            description = "Version of ONNX's operators in an .onnx file that is written, 13 to 21. By default 17.")
    private @Nullable Integer opset;

    @Option(
            names = "--external-data",
            description = "Puts the parameters of an .onnx file that is written into a file of their own, OUT.data.")
    private boolean externalData;

    /** Whether any of them is set. */
    boolean areSet() {
        return opset != null || externalData;
    }

    OnnxOptions options() {
        OnnxOptions options = OnnxOptions.defaults().externalData(externalData);
        return opset == null ? options : options.opset(opset);
    }
}
