package io.github.bn4j.engine.internal;

import io.github.bn4j.engine.InferenceProgram;
import io.github.bn4j.engine.Model;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Predictions by programs of few sizes: the powers of two up to a largest, and that. Who runs one while another is running gets a copy of
 * it, where there is one. The parameters must not change.
 */
final class SizedPrograms implements AutoCloseable {

    /** Programs of one size. */
    private static final class Programs {
        final InferenceProgram first;
        final Deque<InferenceProgram> idle = new ArrayDeque<>();
        boolean mayCopy = true;

        Programs(InferenceProgram first) {
            this.first = first;
            idle.add(first);
        }
    }

    private final Model model;
    private final int largest;
    private final Map<Integer, Programs> bySize = new HashMap<>();
    private final List<InferenceProgram> all = new ArrayList<>();

    SizedPrograms(Model model, int largest) {
        this.model = model;
        this.largest = largest;
    }

    /**
     * How many of the examples that there are a program should take: all of them, if at most a quarter of a program's room is
     * left empty then; else as many as fill one.
     */
    int fitting(int examples) {
        if (examples >= largest) {
            return largest;
        }
        int room = room(examples);
        return 4 * examples >= 3 * room ? examples : room / 2;
    }

    /** The size of the program for a number of examples. */
    int room(int examples) {
        int power = Integer.highestOneBit(examples);
        return Math.min(largest, power == examples ? power : 2 * power);
    }

    /** What one makes of a program for a size. */
    <T> T run(int size, Function<InferenceProgram, T> call) {
        InferenceProgram program = acquire(size);
        try {
            return call.apply(program);
        } finally {
            release(size, program);
        }
    }

    private synchronized InferenceProgram acquire(int size) {
        Programs programs = bySize.get(size);
        if (programs == null) {
            programs = new Programs(model.inference(size));
            all.add(programs.first);
            bySize.put(size, programs);
        }
        if (programs.idle.isEmpty() && programs.mayCopy) {
            Optional<InferenceProgram> copy = programs.first.copy();
            programs.mayCopy = copy.isPresent();
            copy.ifPresent(programs.idle::add);
            copy.ifPresent(all::add);
        }
        // Programs may be used by several threads, which take turns then.
        return programs.idle.isEmpty() ? programs.first : programs.idle.pop();
    }

    private synchronized void release(int size, InferenceProgram program) {
        Programs programs = bySize.get(size);
        if (programs != null && !programs.idle.contains(program)) {
            if (program == programs.first) {
                programs.idle.addFirst(program);
            } else {
                programs.idle.addLast(program);
            }
        }
    }

    @Override
    public synchronized void close() {
        all.forEach(InferenceProgram::close);
        all.clear();
        bySize.clear();
    }
}
