package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bn4j.data.Dataset;
import io.github.bn4j.engine.Collective;
import io.github.bn4j.engine.CollectiveException;
import io.github.bn4j.internal.Floats;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Does the parts of a training, which travel by serialization, with examples of data sets in memory. */
final class SharedRuns implements SharedTraining.Workers {

    private final List<List<SharedExample>> data = new ArrayList<>();

    SharedRuns(SharedTraining training, Dataset train, @Nullable Dataset validation) {
        List<INDArray> arrays = new ArrayList<>();
        training.inputs().forEach(name -> arrays.add(train.inputs().get(name)));
        training.targets().forEach(name -> arrays.add(train.targets().get(name)));
        data.add(examples(arrays));
        data.add(
                validation == null
                        ? List.of()
                        : examples(training.inputs().stream()
                                .map(name -> validation.inputs().get(name))
                                .toList()));
    }

    /** A training that these are for. */
    static SharedTraining training(Trainer trainer, Dataset train, @Nullable Dataset validation) {
        return validation == null
                ? SharedTraining.of(trainer, SharedData.of(train))
                : SharedTraining.of(trainer, SharedData.of(train), SharedData.of(validation));
    }

    private static List<SharedExample> examples(List<INDArray> arrays) {
        int rows = (int) arrays.get(0).size(0);
        List<double[]> all = arrays.stream().map(Floats::values).toList();
        List<SharedExample> examples = new ArrayList<>();
        boolean single = arrays.stream().allMatch(array -> array.dataType() == DataType.FLOAT);
        for (int row = 0; row < rows; row++) {
            double[][] values = new double[all.size()][];
            for (int i = 0; i < values.length; i++) {
                int width = all.get(i).length / rows;
                values[i] = Arrays.copyOfRange(all.get(i), row * width, (row + 1) * width);
            }
            examples.add(single ? SharedExample.of(row, floats(values)) : SharedExample.of(row, values));
        }
        return examples;
    }

    private static float[][] floats(double[][] values) {
        return Arrays.stream(values)
                .map(each -> {
                    float[] single = new float[each.length];
                    for (int i = 0; i < single.length; i++) {
                        single[i] = (float) each[i];
                    }
                    return single;
                })
                .toArray(float[][]::new);
    }

    @Override
    public byte[] run(List<SharedPart> parts, byte[] state) {
        List<Collective> all = Collective.threads(parts.size(), Duration.ofSeconds(30));
        ExecutorService threads = Executors.newFixedThreadPool(parts.size());
        try {
            List<Future<Optional<byte[]>>> running = parts.stream()
                    .map(part -> threads.submit(() -> run(copy(part), all.get(part.rank()), state)))
                    .toList();
            List<Optional<byte[]>> left = new ArrayList<>();
            List<RuntimeException> failures = new ArrayList<>();
            for (Future<Optional<byte[]>> each : running) {
                try {
                    left.add(each.get());
                } catch (ExecutionException failure) {
                    failures.add((RuntimeException) failure.getCause());
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
            // What happened says more than that somebody left because of it.
            failures.sort(Comparator.comparing(CollectiveException.class::isInstance));
            failures.stream().findFirst().ifPresent(failure -> {
                throw failure;
            });
            assertThat(left.subList(1, left.size())).allMatch(Optional::isEmpty);
            return left.get(0).orElseThrow();
        } finally {
            threads.shutdownNow();
        }
    }

    private Optional<byte[]> run(SharedPart part, Collective collective, byte[] state) {
        return part.run(collective, state, of(0, part.rows()), of(1, part.validationRows()));
    }

    private Iterator<SharedExample> of(int which, int... rows) {
        return Arrays.stream(rows).mapToObj(row -> data.get(which).get(row)).iterator();
    }

    /** What arrives of what is sent. */
    static <T> T copy(T sent) {
        return read(written(sent));
    }

    static byte[] written(Object sent) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(sent);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    @SuppressWarnings("unchecked")
    static <T> T read(byte[] written) {
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(written))) {
            return (T) in.readObject();
        } catch (IOException | ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }
}
