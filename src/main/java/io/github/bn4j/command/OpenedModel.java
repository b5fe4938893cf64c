package io.github.bn4j.command;

import io.github.bn4j.Network;
import io.github.bn4j.onnx.OnnxReport;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

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

    /** The parameters that are one tensor in the file, with this one among them: reading gives each layer that uses it a copy. */
    Set<String> sharers(String parameter) {
        Set<String> sharers = new LinkedHashSet<>(Set.of(parameter));
        String tensor = nameInFile(parameter);
        report.ifPresent(read -> read.parameters().forEach((other, name) -> {
            if (name.equals(tensor)) {
                sharers.add(other);
            }
        }));
        return sharers;
    }
}
