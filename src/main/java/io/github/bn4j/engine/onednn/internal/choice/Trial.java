package io.github.bn4j.engine.onednn.internal.choice;

import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_FROM;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCRATCHPAD;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_TO;

import io.github.bn4j.engine.onednn.internal.binding.Execution;
import io.github.bn4j.engine.onednn.internal.binding.Layout;
import io.github.bn4j.engine.onednn.internal.binding.Memory;
import io.github.bn4j.engine.onednn.internal.binding.Operations;
import io.github.bn4j.engine.onednn.internal.binding.Primitive;
import io.github.bn4j.engine.onednn.internal.binding.Resources;
import io.github.bn4j.engine.onednn.internal.binding.Threads;
import io.github.bn4j.engine.onednn.internal.plan.CoreTurns;
import io.github.bn4j.engine.onednn.internal.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;

/** A primitive run a few times on zeros of its own, to see how long it takes. */
final class Trial {

    private static final int FEWEST_RUNS = 5;
    private static final int MOST_RUNS = 60;
    private static final long LONG_ENOUGH = 3_000_000;

    private record Argument(int index, Memory memory) {}

    private final Resources resources;
    private final List<Argument> arguments = new ArrayList<>();

    Trial(Resources resources) {
        this.resources = resources;
    }

    /** Gives memory to an argument. */
    void argument(int index, Layout layout) {
        int line = (int) Plan.ALIGNMENT / Float.BYTES;
        FloatPointer zeros = resources.own(new FloatPointer(layout.bytes() / Float.BYTES + line));
        zeros.zero();
        long misaligned = zeros.address() % Plan.ALIGNMENT / Float.BYTES;
        Memory memory = new Memory(resources, layout, zeros.getPointer(line - misaligned));
        arguments.add(new Argument(index, memory));
    }

    /** The shortest of several runs. */
    double nanoseconds(Primitive primitive) {
        if (primitive.scratchpad().bytes() > 0) {
            argument(DNNL_ARG_SCRATCHPAD, primitive.scratchpad());
        }
        Execution execution = new Execution(resources, primitive, arguments.size());
        for (int i = 0; i < arguments.size(); i++) {
            execution.argument(i, arguments.get(i).index(), arguments.get(i).memory());
        }
        long[] best = {Long.MAX_VALUE};
        CoreTurns.run(
                primitive.threads() > 1,
                () -> Threads.with(primitive.threads(), () -> {
                    long spent = 0;
                    for (int run = 0; run < FEWEST_RUNS || (run < MOST_RUNS && spent < LONG_ENOUGH); run++) {
                        long start = System.nanoTime();
                        execution.run();
                        long time = System.nanoTime() - start;
                        spent += time;
                        best[0] = Math.min(best[0], time);
                    }
                    return best;
                }));
        return best[0];
    }

    /** How long it takes to copy a tensor to another layout. */
    static double reorder(Resources resources, Layout from, Layout to) {
        Trial trial = new Trial(resources);
        trial.argument(DNNL_ARG_FROM, from);
        trial.argument(DNNL_ARG_TO, to);
        return trial.nanoseconds(Operations.reorder(resources, from, to));
    }
}
