package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkPresent;
import static io.github.bn4j.internal.Checks.checkState;

import io.github.bn4j.data.Augmentation;
import io.github.bn4j.data.Example;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The own examples of each batch of one part of a training, as they come. */
final class PartBatches implements Batches {

    private final int epoch;
    private final int stepsPerEpoch;
    private final List<StepBatches> steps;
    private final ExampleArrays arrays;
    private final Iterator<SharedExample> examples;
    private final @Nullable Augmentation augmentation;
    private final int size;
    private final long seed;

    /**
     * Batches of the steps that are left of one epoch, or of the next ones of them.
     *
     * @param size how many examples the data have
     */
    PartBatches(
            SharedPart part,
            ExampleArrays arrays,
            Iterator<SharedExample> examples,
            @Nullable Augmentation augmentation,
            int size,
            long seed) {
        epoch = part.epoch();
        stepsPerEpoch = part.stepsPerEpoch();
        steps = part.batches();
        this.arrays = arrays;
        this.examples = examples;
        this.augmentation = augmentation;
        this.size = size;
        this.seed = seed;
    }

    @Override
    public int stepsPerEpoch() {
        return stepsPerEpoch;
    }

    @Override
    public List<StepBatches> any() {
        return steps;
    }

    @Override
    public List<StepBatches> epoch(int number, int over) {
        return number == epoch ? steps : List.of();
    }

    @Override
    public boolean costly() {
        return augmentation != null;
    }

    @Override
    public void fill(int number, BatchRows batch, INDArray[] into) {
        if (batch.size() == 0) {
            return;
        }
        List<SharedExample> own = new ArrayList<>();
        for (int row : batch.rows()) {
            checkState(
                    examples.hasNext(),
                    "SharedPart expects example %s but got none any more; give each part all of its rows()",
                    row);
            SharedExample example = examples.next();
            checkState(
                    example.row() == row,
                    "SharedPart expects example %s but got example %s; give each part its rows() in their order",
                    row,
                    example.row());
            own.add(example);
        }
        arrays.check(own);
        Augmentation how = augmentation;
        if (how == null) {
            arrays.write(own, into);
        } else {
            new AugmentedRows(size, row -> one(own, row, how), how, seed).copy(number, batch, into[0], into[1]);
        }
        batch.writeFactors(into);
    }

    private Example one(List<SharedExample> own, int row, Augmentation how) {
        SharedExample found = checkPresent(
                own.stream().filter(example -> example.row() == row).findFirst().orElse(null),
                "SharedTraining expects an augmentation that changes examples one by one but got %s, which asked for"
                        + " another one; the other examples are on other machines",
                how);
        return arrays.augmentable(found);
    }

    @Override
    public String toString() {
        return "PartBatches[" + steps.size() + " steps of epoch " + epoch + "]";
    }
}
