package io.github.bn4j.train;

import io.github.bn4j.graph.Parameter;
import java.io.Serializable;
import java.util.List;
import java.util.OptionalDouble;

/**
 * How strongly a parameter decays.
 *
 * @param decays whether it does so by its nature: not gamma, beta and biases
 * @param told what the trainer says instead; empty if nothing
 */
record WeightDecay(boolean decays, OptionalDouble told) {

    /** What a trainer says of the parameters that a pattern fits. */
    record Rule(ParameterPattern pattern, double value) implements Serializable {

        private static final long serialVersionUID = 1;

        @Override
        public String toString() {
            return pattern + " " + value;
        }
    }

    /** That of a parameter; of several rules that fit, the last one holds. */
    static WeightDecay of(Parameter parameter, List<Rule> rules) {
        OptionalDouble told = OptionalDouble.empty();
        for (Rule rule : rules) {
            told = rule.pattern().fits(parameter) ? OptionalDouble.of(rule.value()) : told;
        }
        return new WeightDecay(parameter.decays(), told);
    }

    /** The strength with an optimiser. */
    double with(Optimizer optimizer) {
        return told.orElse(decays && optimizer instanceof DecayingOptimizer own ? own.weightDecay() : 0);
    }
}
