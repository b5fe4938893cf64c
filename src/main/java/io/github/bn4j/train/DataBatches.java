package io.github.bn4j.train;

import io.github.bn4j.data.Augmentation;
import io.github.bn4j.data.Dataset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The batches of a {@code fit} on the data of this process. */
final class DataBatches implements Batches {

    private final EpochPlan plan;
    private final List<StepBatches> any;
    private final Feed.Content content;
    private final boolean costly;
    private final @Nullable StreamedContent streamed;

    /**
     * Batches as the settings say.
     *
     * @param data what the examples were made of
     * @param losses how many there are
     */
    DataBatches(Dataset data, Examples examples, int losses, Settings settings, long seed) {
        plan = new EpochPlan(data, new StepFactors(examples.countings(), losses), settings, seed);
        any = plan.epoch(1);
        streamed = data.source()
                .map(source -> new StreamedContent(source, data.readers(), examples, settings.augmentation, seed))
                .orElse(null);
        costly = streamed != null || settings.augmentation != null;
        content = streamed != null ? streamed : content(examples, settings.augmentation, seed);
    }

    private static Feed.Content content(Examples examples, @Nullable Augmentation augmentation, long seed) {
        if (augmentation == null) {
            return (epoch, batch, into) -> examples.copy(batch, into);
        }
        AugmentedRows augmented =
                new AugmentedRows(examples.arrays().get(0), examples.arrays().get(1), augmentation, seed);
        return (epoch, batch, into) -> {
            augmented.copy(epoch, batch, into[0], into[1]);
            batch.writeFactors(into);
        };
    }

    @Override
    public int stepsPerEpoch() {
        return any.size();
    }

    @Override
    public List<StepBatches> any() {
        return any;
    }

    @Override
    public List<StepBatches> epoch(int number, int over) {
        List<StepBatches> all = plan.epoch(number);
        return all.subList(over, all.size());
    }

    @Override
    public boolean costly() {
        return costly;
    }

    @Override
    public void close() {
        StreamedContent readers = streamed;
        if (readers != null) {
            readers.close();
        }
    }

    @Override
    public void fill(int epoch, BatchRows batch, INDArray[] into) {
        content.fill(epoch, batch, into);
    }
}
