package io.github.bn4j.engine;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The programs of the batch sizes that were used last; a program that falls out is closed when nobody runs it any more. */
final class ProgramCache implements AutoCloseable {

    private static final int MOST = 4;

    private static final class Entry {
        final InferenceProgram program;
        int users;

        Entry(InferenceProgram program) {
            this.program = program;
        }
    }

    private final IntFunction<InferenceProgram> compiler;
    private final Map<Integer, Entry> bySize = new LinkedHashMap<>(8, 0.75f, true);

    ProgramCache(IntFunction<InferenceProgram> compiler) {
        this.compiler = compiler;
    }

    List<INDArray> run(int batch, INDArray... inputs) {
        Entry entry = acquire(batch);
        try {
            return entry.program.run(inputs);
        } finally {
            release(entry);
        }
    }

    private synchronized Entry acquire(int batch) {
        Entry entry = bySize.get(batch);
        if (entry == null) {
            entry = new Entry(compiler.apply(batch));
            bySize.put(batch, entry);
        }
        entry.users++;
        return entry;
    }

    private synchronized void release(Entry entry) {
        entry.users--;
        shrink(MOST);
    }

    private void shrink(int most) {
        List<Entry> dropped = new ArrayList<>();
        Iterator<Entry> oldest = bySize.values().iterator();
        for (int excess = bySize.size() - most; excess > 0 && oldest.hasNext(); ) {
            Entry entry = oldest.next();
            if (entry.users == 0) {
                dropped.add(entry);
                oldest.remove();
                excess--;
            }
        }
        dropped.forEach(entry -> entry.program.close());
    }

    @Override
    public synchronized void close() {
        shrink(0);
    }
}
