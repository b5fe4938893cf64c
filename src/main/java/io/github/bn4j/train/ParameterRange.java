package io.github.bn4j.train;

import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Parameters that an optimiser steps on at once.
 *
 * @param parameters one, or several that lie one after another, decay alike and learn alike
 * @param values as a view: in the shape of the parameter if it is to be alone, else flat
 * @param gradients laid out like them
 * @param slots what is remembered, by name, laid out like them
 * @param rate what the learning rate is multiplied by
 */
record ParameterRange(
        List<Parameter> parameters,
        INDArray values,
        INDArray gradients,
        Map<String, INDArray> slots,
        WeightDecay decay,
        double rate) {

    /**
     * All ranges of what an optimiser trains.
     *
     * @param slots vectors like that of the trainable parameters, by name
     * @param oneByOne whether each parameter is alone
     */
    static List<ParameterRange> of(
            Parameters parameters, Map<String, INDArray> slots, ParameterRules rules, boolean oneByOne) {
        List<Parameter> trained = trained(parameters);
        List<WeightDecay> decays = trained.stream()
                .map(parameter -> WeightDecay.of(parameter, rules.decays()))
                .toList();
        List<Double> rates = trained.stream()
                .map(parameter -> RateRule.of(parameter, rules.rates()))
                .toList();
        List<ParameterRange> ranges = new ArrayList<>();
        int from = 0;
        while (from < trained.size()) {
            int to = from + 1;
            while (!oneByOne
                    && to < trained.size()
                    && decays.get(to).equals(decays.get(from))
                    && rates.get(to).equals(rates.get(from))
                    && isNext(parameters, trained.get(to - 1), trained.get(to))) {
                to++;
            }
            List<Parameter> together = trained.subList(from, to);
            Map<String, INDArray> parts = new LinkedHashMap<>();
            slots.forEach((name, vector) -> parts.put(name, part(parameters, together, vector, oneByOne)));
            ranges.add(new ParameterRange(
                    together,
                    part(parameters, together, parameters.trainable(), oneByOne),
                    part(parameters, together, parameters.gradients(), oneByOne),
                    parts,
                    decays.get(from),
                    rates.get(from)));
            from = to;
        }
        return ranges;
    }

    /* What lies between is nobody's, or is frozen or of another network. */
    private static boolean isNext(Parameters parameters, Parameter before, Parameter after) {
        return parameters.end(before.name()) == parameters.start(after.name());
    }

    /** What is trained, in the order in which it lies in its vector. */
    private static List<Parameter> trained(Parameters parameters) {
        return parameters.all().stream()
                .filter(Parameter::trainable)
                .sorted(Comparator.comparingLong(parameter -> parameters.start(parameter.name())))
                .toList();
    }

    private static INDArray part(Parameters parameters, List<Parameter> together, INDArray vector, boolean shaped) {
        Parameter last = together.get(together.size() - 1);
        long from = parameters.start(together.get(0).name());
        long to = parameters.start(last.name()) + last.shape().size();
        INDArray part = vector.get(NDArrayIndex.interval(from, to));
        return shaped ? part.reshape('c', last.shape().dims()) : part;
    }
}
