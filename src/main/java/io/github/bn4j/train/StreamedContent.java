package io.github.bn4j.train;

import io.github.bn4j.data.Augmentation;
import io.github.bn4j.data.Example;
import io.github.bn4j.data.ExampleSource;
import io.github.bn4j.data.internal.ExampleReaders;
import io.github.bn4j.internal.ExampleRows;
import io.github.bn4j.internal.HostMemory;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Fills batches with examples that are read on demand, and augmented by the threads that have read them. What is in memory of them is the
 * batch, and one example for each thread. To be closed.
 */
final class StreamedContent implements Feed.Content, AutoCloseable {

    private final ExampleReaders readers;
    private final Examples examples;
    private final @Nullable AugmentedRows augmented;
    private final List<Long> shape;

    /**
     * Content as it would be of the same data in memory.
     *
     * @param threads how many read
     * @param examples their targets
     * @param augmentation null for none
     */
    StreamedContent(
            ExampleSource source, int threads, Examples examples, @Nullable Augmentation augmentation, long seed) {
        this.examples = examples;
        readers = new ExampleReaders(source, threads);
        shape = LongStream.of(source.shape()).boxed().toList();
        augmented = augmentation == null ? null : augmented(source.size(), augmentation, seed);
    }

    private AugmentedRows augmented(int size, Augmentation augmentation, long seed) {
        AugmentedRows.checked(
                augmentation, examples.arrays().get(0), examples.arrays().get(1));
        return new AugmentedRows(size, row -> example(row, readers.one(row)), augmentation, seed);
    }

    private Example example(int row, float... features) {
        INDArray targets = examples.arrays().get(1);
        FloatBuffer elements = HostMemory.floats(targets);
        float[] target = new float[(int) (targets.length() / targets.size(0))];
        elements.get(row * target.length, target);
        return new Example(shape, features, target);
    }

    @Override
    public void fill(int epoch, BatchRows batch, INDArray[] into) {
        AugmentedRows changes = augmented;
        if (changes != null) {
            fill(changes, epoch, batch, into[0], into[1]);
        } else {
            fill(batch.rows(), into[0]);
            for (int i = 1; i < examples.arrays().size(); i++) {
                ExampleRows.copy(examples.arrays().get(i), batch.rows(), into[i]);
            }
        }
        batch.writeFactors(into);
    }

    private void fill(AugmentedRows changes, int epoch, BatchRows batch, INDArray features, INDArray targets) {
        FloatBuffer toFeatures = HostMemory.floats(features);
        FloatBuffer toTargets = HostMemory.floats(targets);
        readers.read(batch.rows(), (position, numbers) -> {
            Example changed = changes.changed(epoch, batch, position, example(batch.rows()[position], numbers));
            put(changed.features(), position, toFeatures);
            put(changed.target(), position, toTargets);
        });
        HostMemory.put(toFeatures, features);
        HostMemory.put(toTargets, targets);
    }

    private void fill(int[] rows, INDArray features) {
        if (features.dataType() == DataType.FLOAT) {
            FloatBuffer to = HostMemory.floats(features);
            readers.read(rows, (position, numbers) -> put(numbers, position, to));
            HostMemory.put(to, features);
        } else {
            DoubleBuffer to = HostMemory.doubles(features);
            readers.read(rows, (position, numbers) -> {
                for (int i = 0; i < numbers.length; i++) {
                    to.put(position * numbers.length + i, numbers[i]);
                }
            });
            HostMemory.put(to, features);
        }
    }

    private static void put(float[] numbers, int position, FloatBuffer into) {
        into.put(position * numbers.length, numbers, 0, numbers.length);
    }

    @Override
    public void close() {
        readers.close();
    }
}
