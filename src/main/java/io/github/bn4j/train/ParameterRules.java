package io.github.bn4j.train;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a trainer says of parameters by patterns of their names. */
record ParameterRules(List<WeightDecay.Rule> decays, List<RateRule> rates) implements Serializable {

    static final ParameterRules NONE = new ParameterRules(List.of(), List.of());

    ParameterRules plus(WeightDecay.Rule decay) {
        return new ParameterRules(
                Stream.concat(decays.stream(), Stream.of(decay)).toList(), rates);
    }

    ParameterRules plus(RateRule rate) {
        return new ParameterRules(
                decays, Stream.concat(rates.stream(), Stream.of(rate)).toList());
    }

    @Override
    public String toString() {
        List<String> said = new ArrayList<>();
        if (!decays.isEmpty()) {
            said.add("decay " + decays);
        }
        if (!rates.isEmpty()) {
            said.add("rate " + rates);
        }
        return said.isEmpty() ? "none" : String.join(", ", said);
    }
}
