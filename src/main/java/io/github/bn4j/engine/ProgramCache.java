package io.github.bn4j.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * The programs of the batch sizes that were used last, by the present parameters; a program that falls out is closed when nobody
 * runs it any more. Who predicts alone gets the program that is the fastest alone, and who predicts while others do gets
 * a copy that does not wait for theirs, where there is one.
 */
final class ProgramCache implements AutoCloseable {

    private static final int MOST = 4;
    private static final int USEFUL_COPIES = Runtime.getRuntime().availableProcessors();

    private static final class Entry {
        final InferenceProgram program;
        long version;
        int users;

        Entry(InferenceProgram program, long version) {
            this.program = program;
            this.version = version;
        }
    }

    /** The programs of one size: one that is the fastest alone, and its copies. */
    private static final class Programs {
        final List<Entry> entries = new ArrayList<>();
        boolean mayCopy = true;

        Programs(Entry first) {
            entries.add(first);
        }

        boolean areIdle() {
            for (Entry entry : entries) {
                if (entry.users > 0) {
                    return false;
                }
            }
            return true;
        }

        Entry choose(long version) {
            Entry first = entries.get(0);
            if (areIdle()) {
                return first;
            }
            Entry least = entries.stream()
                    .skip(1)
                    .min(Comparator.comparingInt(copy -> copy.users))
                    .orElse(first);
            if (least.users > 0 && mayCopy && entries.size() <= USEFUL_COPIES) {
                InferenceProgram copy = first.program.copy().orElse(null);
                if (copy != null) {
                    least = new Entry(copy, version);
                    entries.add(least);
                }
                mayCopy = copy != null;
            }
            return least;
        }
    }

    private final IntFunction<InferenceProgram> compiler;
    private final ParameterChanges changes;
    private final Map<Integer, Programs> bySize = new LinkedHashMap<>(8, 0.75f, true);

    /** An empty cache. */
    ProgramCache(IntFunction<InferenceProgram> compiler, ParameterChanges changes) {
        this.compiler = compiler;
        this.changes = changes;
    }

    /** What one makes of the program for a batch size. */
    <T> T run(int batch, Function<InferenceProgram, T> call) {
        Entry entry = acquire(batch);
        try {
            return call.apply(entry.program);
        } finally {
            release(entry);
        }
    }

    private synchronized Entry acquire(int batch) {
        long version = changes.version();
        Programs programs = bySize.get(batch);
        if (programs == null) {
            programs = new Programs(new Entry(compiler.apply(batch), version));
            bySize.put(batch, programs);
        }
        Entry entry = programs.choose(version);
        if (entry.version != version) {
            entry.program.refresh();
            entry.version = version;
        }
        entry.users++;
        return entry;
    }

    private synchronized void release(Entry entry) {
        entry.users--;
        if (bySize.size() > MOST) {
            shrink(MOST);
        }
    }

    private void shrink(int most) {
        List<Entry> dropped = new ArrayList<>();
        Iterator<Programs> oldest = bySize.values().iterator();
        for (int excess = bySize.size() - most; excess > 0 && oldest.hasNext(); ) {
            Programs programs = oldest.next();
            if (programs.areIdle()) {
                dropped.addAll(programs.entries);
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
