package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.data.Augmentation;
import io.github.bn4j.data.Example;
import io.github.bn4j.internal.HostMemory;
import io.github.bn4j.internal.Tensors;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Fills batches with augmented examples. Works in float32. */
final class AugmentedRows {

    private final int size;
    private final IntFunction<Example> examples;
    private final Augmentation augmentation;
    private final long seed;

    /**
     * Examples from anywhere, of which those of a batch are asked for once each and in order, and others by augmentations that mix them.
     *
     * @param size how many there are
     * @param examples by their numbers
     */
    AugmentedRows(int size, IntFunction<Example> examples, Augmentation augmentation, long seed) {
        this.size = size;
        this.examples = examples;
        this.augmentation = augmentation;
        this.seed = seed;
    }

    /**
     * Checks that the augmentation suits the data.
     *
     * @param features {@code [examples, …]}, float32. Not modified.
     * @param targets {@code [examples, …]}, likewise. Not modified.
     * @throws IllegalArgumentException if examples of that shape cannot be changed
     */
    AugmentedRows(INDArray features, INDArray targets, Augmentation augmentation, long seed) {
        this(
                Math.toIntExact(features.size(0)),
                examples(features, targets, checked(augmentation, features, targets)),
                augmentation,
                seed);
    }

    /** The shape of the features of an example, which the augmentation has not refused. */
    static List<Long> checked(Augmentation augmentation, INDArray features, INDArray targets) {
        checkArgument(
                features.dataType() == DataType.FLOAT && targets.dataType() == DataType.FLOAT,
                "augment expects features and targets of FLOAT but got %s and %s; train in float32",
                features.dataType(),
                targets.dataType());
        List<Long> shape = LongStream.of(features.shape()).skip(1).boxed().toList();
        augmentation.requireShape(shape);
        return shape;
    }

    private static IntFunction<Example> examples(INDArray features, INDArray targets, List<Long> shape) {
        // The buffers do not keep the memory of the arrays alive, so the function has to.
        INDArray ownFeatures = Tensors.dense(features, DataType.FLOAT);
        INDArray ownTargets = Tensors.dense(targets, DataType.FLOAT);
        FloatBuffer featureBuffer = HostMemory.floats(ownFeatures);
        FloatBuffer targetBuffer = HostMemory.floats(ownTargets);
        return row -> new Example(shape, row(featureBuffer, row, ownFeatures), row(targetBuffer, row, ownTargets));
    }

    private static float[] row(FloatBuffer elements, int row, INDArray owner) {
        float[] values = new float[(int) (elements.limit() / owner.size(0))];
        elements.get(row * values.length, values);
        return values;
    }

    /**
     * Writes the examples of the given rows, as they are in an epoch, to the first rows of two arrays.
     *
     * @param epoch from 1
     * @param batch the examples
     * @param toFeatures {@code [rows, …]}. Modified.
     * @param toTargets {@code [rows, …]}. Modified.
     */
    void copy(int epoch, BatchRows batch, INDArray toFeatures, INDArray toTargets) {
        FloatBuffer featureBuffer = HostMemory.floats(toFeatures);
        FloatBuffer targetBuffer = HostMemory.floats(toTargets);
        for (int i = 0; i < batch.size(); i++) {
            Example example = changed(epoch, batch, i, examples.apply(batch.rows()[i]));
            featureBuffer.put(example.features());
            targetBuffer.put(example.target());
        }
        HostMemory.put(featureBuffer, toFeatures);
        HostMemory.put(targetBuffer, toTargets);
    }

    /**
     * An example of a batch as it is in an epoch; may be called by several threads.
     *
     * @param position which one of the batch it is
     * @param example as it is in the data. May be modified.
     */
    Example changed(int epoch, BatchRows batch, int position, Example example) {
        InEpoch all = new InEpoch(epoch);
        return augmentation.apply(example, all, all.random(batch.rows()[position], batch.times()[position]));
    }

    private final class InEpoch implements Augmentation.Others {

        private final long epochSeed;

        InEpoch(int epoch) {
            epochSeed = new SplittableRandom(seed + 0xA0761D6478BD642FL * epoch).nextLong();
        }

        @Override
        public int size() {
            return size;
        }

        @Override
        public Example example(int row) {
            return examples.apply(row);
        }

        @Override
        public RandomGenerator random(int row) {
            return random(row, 0);
        }

        /** Other numbers each time that an epoch has the row again. */
        RandomGenerator random(int row, int times) {
            return new SplittableRandom(epochSeed + 0xE7037ED1A0B428DBL * row + 0x8EBC6AF09C88C6E3L * times);
        }
    }

    @Override
    public String toString() {
        return "AugmentedRows[" + size + " examples, " + augmentation + "]";
    }
}
