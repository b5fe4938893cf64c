package io.github.bn4j.norm;

import io.github.bn4j.engine.Model;
import io.github.bn4j.rewrite.FoldBatchNorm;
import io.github.bn4j.rewrite.Folding;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A model for predictions in which batch normalisations have gone into their neighbours.
 *
 * @param model has parameters of its own
 * @param report what went where, and how far predictions differ
 */
public record FoldedModel(Model model, FoldReport report) {

    /**
     * Folds a model.
     *
     * @param probe an array {@code [examples, shape]} for each input by name to compare on, or none for 16 examples of normal
     *     random numbers. Not modified.
     * @throws IllegalStateException if a parameter is NaN or infinite, or a running variance negative
     */
    public static FoldedModel of(Model model, Map<String, INDArray> probe) {
        model.requireFinite("fold");
        Folding folding = FoldBatchNorm.apply(model.graph());
        Model folded = model.with(folding.graph(), Set.of(), folding.parameters(model.parameters()));
        return new FoldedModel(folded, FoldReport.of(model, folded, folding.absorbed(), probe));
    }
}
