package io.github.bn4j.train;

import io.github.bn4j.graph.Parameter;
import java.io.Serializable;
import java.util.List;

/** What a trainer multiplies the learning rate of the parameters by that a pattern fits. */
record RateRule(ParameterPattern pattern, double factor) implements Serializable {

    /** That of a parameter; of several rules that fit, the last one holds. */
    static double of(Parameter parameter, List<RateRule> rules) {
        double factor = 1;
        for (RateRule rule : rules) {
            factor = rule.pattern().fits(parameter) ? rule.factor() : factor;
        }
        return factor;
    }

    @Override
    public String toString() {
        return pattern + " " + factor;
    }
}
