package io.github.bn4j.inside;

import io.github.bn4j.engine.internal.PlainExamples;
import java.util.List;
import java.util.Locale;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What each element adds to the score of its example, compared with a baseline: {@code (x − x′) ∫₀¹ ∂score/∂x (x′ + α (x − x′)) dα}, after
 * Sundararajan and others 2017, Axiomatic Attribution for Deep Networks, section 3.
 *
 * @param values signed, {@code [examples, shape]}
 * @param scored which score of each example
 * @param integration by which rule, with how many steps
 * @param completenessErrors for each example, how far the sum of its values is from {@code score(x) − score(x′)}, which the exact integral is;
 *     more steps make it smaller
 */
public record IntegratedGradients(
        INDArray values, List<ScoredClass> scored, Integration integration, List<Double> completenessErrors) {

    public IntegratedGradients {
        scored = List.copyOf(scored);
        completenessErrors = List.copyOf(completenessErrors);
    }

    /** The largest of the completeness errors. */
    public double completenessError() {
        return completenessErrors.stream()
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(0);
    }

    /** The largest size over the channels, {@code [examples, height, width]}; of features the size of each, {@code [examples, features]}. */
    public INDArray map() {
        return Maps.largestOverChannels(values);
    }

    /** The values of one example in row-major order. */
    public float[] values(int example) {
        return PlainExamples.floats(PlainExamples.rows(values).get(example));
    }

    /** The map of one example in row-major order. */
    public float[] map(int example) {
        return PlainExamples.floats(PlainExamples.rows(map()).get(example));
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "IntegratedGradients[%s for %s, %s, completeness error %.2g]",
                Maps.shape(values),
                Maps.listed(scored),
                integration,
                completenessError());
    }
}
