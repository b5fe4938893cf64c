package io.github.bn4j.engine;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The programs of the batch sizes that were used last, by the present parameters; a program that falls out is closed when nobody
 * runs it any more.
 */
final class ProgramCache implements AutoCloseable {

    private static final int MOST = 4;

    private static final class Entry {
        final InferenceProgram program;
        long version;
        int users;

        Entry(InferenceProgram program, long version) {
            this.program = program;
            this.version = version;
        }
    }

    private final IntFunction<InferenceProgram> compiler;
    private final Changes changes;
    private final int copies;
    private final Map<Integer, List<Entry>> bySize = new LinkedHashMap<>(8, 0.75f, true);

    /**
     * An empty cache.
     *
     * @param copies how many programs of one size may be made for threads that run at once
     */
    ProgramCache(IntFunction<InferenceProgram> compiler, Changes changes, int copies) {
        this.compiler = compiler;
        this.changes = changes;
        this.copies = copies;
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
        long version = changes.version();
        List<Entry> entries = bySize.computeIfAbsent(batch, size -> new ArrayList<>());
        Entry entry = null;
        for (Entry candidate : entries) {
            entry = entry == null || candidate.users < entry.users ? candidate : entry;
        }
        if (entry == null || (entry.users > 0 && entries.size() < copies)) {
            entry = new Entry(compiler.apply(batch), version);
            entries.add(entry);
        } else if (entry.version != version) {
            entry.program.refresh();
            entry.version = version;
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
        Iterator<List<Entry>> oldest = bySize.values().iterator();
        for (int excess = bySize.size() - most; excess > 0 && oldest.hasNext(); ) {
            List<Entry> entries = oldest.next();
            if (entries.stream().allMatch(entry -> entry.users == 0)) {
                dropped.addAll(entries);
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
