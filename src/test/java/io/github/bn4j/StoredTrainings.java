package io.github.bn4j;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.checkpoint.TensorFile;
import io.github.bn4j.train.SavedTraining;
import java.util.LinkedHashMap;
import java.util.Map;

/** Compares what checkpoints of trainings hold. */
public final class StoredTrainings {

    private StoredTrainings() {}

    /** All tensors to the bit, and all texts but times and provenance: the seconds of epochs are no part of the history. */
    public static void assertSame(SavedTraining actual, SavedTraining expected) {
        TensorFile here = TensorFile.readWithDigest(actual.file());
        TensorFile there = TensorFile.readWithDigest(expected.file());
        assertThat(texts(here)).isEqualTo(texts(there));
        assertThat(here.tensors()).containsOnlyKeys(there.tensors().keySet());
        here.tensors()
                .forEach((name, tensor) ->
                        Bits.assertSame(tensor, there.tensors().get(name)));
    }

    private static Map<String, String> texts(TensorFile file) {
        Map<String, String> texts = new LinkedHashMap<>(file.metadata());
        texts.remove("training.provenance");
        texts.replaceAll((name, text) -> text.replaceAll("\"seconds\":\"[^\"]*\"", ""));
        return texts;
    }
}
