package io.github.bn4j.norm.internal;

import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Normalization;
import io.github.bn4j.graph.internal.LayerPatterns;
import io.github.bn4j.rewrite.SwitchBatchNorm;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Models whose batch normalisations are switched: what they normalise with, what they update, what they train. */
public final class ModelSwitches {

    private ModelSwitches() {}

    /**
     * A model with other switches, that shares its parameters with another one.
     *
     * @param who who asks, for messages
     * @param change yields the switches that a batch normalisation has then; gamma and beta stay what they are, trained or not
     * @param layers paths or patterns of paths; all if none is named
     * @throws IllegalArgumentException if a path or pattern fits no batch normalisation
     */
    public static Model shared(String who, Model model, UnaryOperator<Normalization> change, String... layers) {
        return model.sharing(switched(who, model, change, layers));
    }

    /**
     * A model whose batch normalisations train gamma and beta, or leave them; its parameters are copies.
     *
     * @param layers paths or patterns of paths; all if none is named
     * @throws IllegalArgumentException if a path or pattern fits no batch normalisation
     */
    public static Model trainAffine(Model model, boolean train, String... layers) {
        return model.copied(switched("trainAffine", model, norm -> norm.trainAffine(train), layers), model.absent());
    }

    private static Graph switched(String who, Model model, UnaryOperator<Normalization> change, String... layers) {
        Set<String> wanted = LayerPatterns.batchNorms(who, model.graph(), layers);
        return SwitchBatchNorm.apply(model.traced(), wanted::contains, change);
    }
}
