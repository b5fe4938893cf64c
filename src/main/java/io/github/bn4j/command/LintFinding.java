package io.github.bn4j.command;

import io.github.bn4j.bias.Stop;
import java.util.List;

/**
 * Something that is found in a model.
 *
 * @param layer path of the layer that it is about; empty if it is about the whole model
 * @param parameter name of the parameter that it is about; empty if it is about the whole layer
 * @param tensor the name that this parameter has, or would have, in the file
 * @param message what is the matter, why and what that costs, in a sentence without a full stop
 * @param path of a bias, the operations that its constant passes, up to the one that cancels it
 * @param cancelledBy of a bias, the layers that cancel it, on this path or another
 */
record LintFinding(
        LintRule rule,
        String layer,
        String parameter,
        String tensor,
        String message,
        List<Stop> path,
        List<String> cancelledBy,
        Savings saves) {

    LintFinding {
        path = List.copyOf(path);
        cancelledBy = List.copyOf(cancelledBy);
    }

    /** One that is about no path. */
    static LintFinding of(LintRule rule, String layer, String parameter, String message, Savings saves) {
        return new LintFinding(rule, layer, parameter, parameter, message, List.of(), List.of(), saves);
    }

    /** Names the tensor as the file does, and tells so in the message if that is another name. */
    LintFinding inFile(String name) {
        String told = name.equals(parameter) ? message : message + "; it is \"" + name + "\" in the file";
        return new LintFinding(rule, layer, parameter, name, told, path, cancelledBy, saves);
    }
}
