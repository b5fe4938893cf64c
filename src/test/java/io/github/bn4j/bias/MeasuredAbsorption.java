package io.github.bn4j.bias;

import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Normalization;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.RunningAverages;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The running means after an absorption, by nothing but numbers: the difference of two batch means of a training step, with a bias and
 * without. It takes two runs of the whole network for each bias and asks no op what it does to a constant.
 */
final class MeasuredAbsorption {

    private final Parameters probed;
    private final Probe probe;

    private MeasuredAbsorption(Parameters probed, Probe probe) {
        this.probed = probed;
        this.probe = probe;
    }

    /**
     * All parameters afterwards.
     *
     * @param model with values in float64 for all its biases. Not modified.
     * @param biases those to take out
     * @throws IllegalStateException if calls of one normalisation need different running means
     */
    static Parameters of(Model model, List<BiasDecision> biases) {
        Parameters values = Probe.complete(model);
        Parameters probed = Probe.complete(model);
        try (Probe probe = new Probe(model.with(probed).on(Engine.nd4j()), Map.of())) {
            MeasuredAbsorption measured = new MeasuredAbsorption(probed, probe);
            for (BiasDecision bias : biases) {
                measured.shifts(bias).forEach((mean, shift) -> values.get(mean).subi(shift));
                values.get(bias.bias()).assign(0);
            }
        }
        return values;
    }

    // Of what cancels, only that is looked at which the analysis knows to: elsewhere the difference is rounding.
    private Map<String, INDArray> shifts(BiasDecision decision) {
        Map<String, INDArray> shifts = new LinkedHashMap<>();
        Map<String, INDArray> seen = new HashMap<>();
        List<BatchStatistics> with = probe.run().statistics();
        probed.get(decision.bias()).assign(0);
        List<BatchStatistics> without = probe.run().statistics();
        for (int call = 0; call < with.size(); call++) {
            Node node = with.get(call).node();
            Normalization normalization = node.op().normalization().orElseThrow();
            boolean passesOn = normalization.statistics().areRunning();
            if (!passesOn && !decision.cancelledBy().contains(node.layer())) {
                continue;
            }
            String mean = node.parameter(RunningAverages.MEAN).name();
            double rounding = BiasProof.TOLERANCE
                    * (1 + with.get(call).mean().amaxNumber().doubleValue());
            INDArray shift = with.get(call).mean().sub(without.get(call).mean());
            INDArray other = seen.putIfAbsent(mean, shift);
            if (other != null && other.sub(shift).amaxNumber().doubleValue() > rounding) {
                throw new IllegalStateException(mean);
            }
            if (!passesOn) {
                shifts.putIfAbsent(mean, shift);
            } else if (other == null && shift.amaxNumber().doubleValue() > rounding) {
                shifts.put(mean, shift);
                // The running mean stops the constant there, and what is behind is measured again.
                probed.get(mean).subi(shift);
                without = probe.run().statistics();
            }
        }
        return shifts;
    }
}
