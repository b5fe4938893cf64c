package io.github.bn4j.command;

import io.github.bn4j.Network;
import io.github.bn4j.onnx.OnnxReport;
import java.util.Optional;

/**
 * A model that was read.
 *
 * @param report what became of its file, if that is of ONNX
 */
record OpenedModel(Network network, Optional<OnnxReport> report) {

    /** The name that a parameter has in the file; its own where the file has none for it. */
    String nameInFile(String parameter) {
        return report.map(read -> read.parameters().getOrDefault(parameter, parameter))
                .orElse(parameter);
    }
}
