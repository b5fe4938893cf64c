package io.github.bn4j.bias;

import io.github.bn4j.graph.Shape;
import io.github.bn4j.internal.Listing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What became of arrays that fit a network in part. Prints as a line for each list that is not empty, with its length.
 *
 * @param taken names of the parameters that were replaced
 * @param absent names of the parameters that no array was given for; they are as before
 * @param otherShapes arrays whose shape is not that of the parameter of their name, which is as before
 * @param unknown names of arrays that the network has no parameter for
 * @param absorption what became of biases among the arrays that the network does without
 */
public record WeightImport(
        List<String> taken,
        List<String> absent,
        List<OtherShape> otherShapes,
        List<String> unknown,
        BiasAbsorption absorption) {

    /**
     * An array that does not fit.
     *
     * @param parameter its name
     * @param expected shape of the parameter
     * @param given shape of the array
     */
    public record OtherShape(String parameter, Shape expected, List<Long> given) {

        public OtherShape {
            given = List.copyOf(given);
        }

        /** An array of a shape. */
        public OtherShape(String parameter, Shape expected, long... given) {
            this(parameter, expected, Arrays.stream(given).boxed().toList());
        }

        @Override
        public String toString() {
            return parameter + " " + expected + " but got " + given;
        }
    }

    public WeightImport {
        taken = List.copyOf(taken);
        absent = List.copyOf(absent);
        otherShapes = List.copyOf(otherShapes);
        unknown = List.copyOf(unknown);
    }

    /** Whether every parameter was replaced and every array was of use. */
    public boolean complete() {
        return absent.isEmpty() && otherShapes.isEmpty() && unknown.isEmpty();
    }

    @Override
    public String toString() {
        List<String> lines = new ArrayList<>();
        add(lines, "taken", taken);
        add(lines, "absent, as before", absent);
        add(lines, "of other shape, as before", otherShapes);
        add(lines, "not of this network", unknown);
        if (!absorption.absorbed().isEmpty()) {
            lines.add("absorbed: "
                    + absorption.toString().lines().collect(Collectors.joining(System.lineSeparator() + "absorbed: ")));
        }
        return String.join(System.lineSeparator(), lines);
    }

    private static void add(List<String> lines, String what, List<?> list) {
        if (!list.isEmpty()) {
            lines.add(list.size() + " " + what + ": " + Listing.of(list));
        }
    }
}
