package io.github.bn4j.data;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Examples of an array, handed out as if they were somewhere else; says who has read and how often. */
public final class ArrayExamples implements ExampleSource {

    private static final long serialVersionUID = 1;

    private final float[] numbers;
    private final long[] shape;
    private final int size;
    private final transient AtomicInteger reads = new AtomicInteger();
    private final transient Set<String> threads = ConcurrentHashMap.newKeySet();

    public ArrayExamples(INDArray features) {
        numbers = features.dup('c').data().asFloat();
        size = (int) features.size(0);
        shape = Arrays.copyOfRange(features.shape(), 1, features.rank());
    }

    /** The same examples and labels, read on demand. */
    public static Dataset stream(Dataset data) {
        Dataset streamed = Dataset.stream(new ArrayExamples(data.features()), data.targets());
        return data.classNames().isEmpty() ? streamed : streamed.classNames(data.classNames());
    }

    public int reads() {
        return reads.get();
    }

    public Set<String> threads() {
        return threads;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public long[] shape() {
        return shape.clone();
    }

    @Override
    public void read(int index, float[] into) {
        if (reads != null) {
            reads.incrementAndGet();
            threads.add(Thread.currentThread().getName());
        }
        System.arraycopy(numbers, index * into.length, into, 0, into.length);
    }

    /** The names of threads that read somewhere and should have ended with whoever began them; those that are ending get their time. */
    public static Set<String> readersAlive() throws InterruptedException {
        Set<String> names = alive();
        for (int i = 0; i < 1000 && !names.isEmpty(); i++) {
            Thread.sleep(10);
            names = alive();
        }
        return names;
    }

    private static Set<String> alive() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("bn4j-reader") || name.startsWith("bn4j-feed"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public String toString() {
        return "an array";
    }
}
