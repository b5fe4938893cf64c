package io.github.bn4j.engine.onednn.internal.plan;

import static java.util.Objects.requireNonNull;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_FROM;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCRATCHPAD;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_TO;

import io.github.bn4j.engine.onednn.internal.binding.Execution;
import io.github.bn4j.engine.onednn.internal.binding.Layout;
import io.github.bn4j.engine.onednn.internal.binding.Operations;
import io.github.bn4j.engine.onednn.internal.binding.Primitive;
import io.github.bn4j.engine.onednn.internal.binding.Resources;
import io.github.bn4j.internal.Tensors;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The steps of a program in order, and the memory that their tensors share. Steps are collected first; when all are known,
 * {@link #finish} gives every tensor an address such that two share memory only if they are never needed at once.
 */
public final class Plan {

    /** What kernels expect addresses to be multiples of, in bytes. */
    public static final long ALIGNMENT = 64;

    /** An argument of a primitive. */
    public record Argument(int index, Buffer buffer) {}

    /** A primitive and what it works on. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Work(Primitive primitive, Argument... arguments) {}

    private final Resources resources;
    private final boolean atOnce;
    private final List<Runnable> steps = new ArrayList<>();
    private final List<Runnable> preparation = new ArrayList<>();
    private final List<Runnable> bindings = new ArrayList<>();
    private final Set<Buffer.Storage> storages = new LinkedHashSet<>();
    private final List<String> implementations = new ArrayList<>();
    private long beside;
    private boolean preparing;
    private @Nullable List<Runnable> block;
    private @Nullable INDArray arena;

    /**
     * No steps yet.
     *
     * @param atOnce whether the parts of a step run at the same time
     */
    public Plan(Resources resources, boolean atOnce) {
        this.resources = resources;
        this.atOnce = atOnce;
    }

    public Resources resources() {
        return resources;
    }

    /** A new tensor in the arena. */
    public Buffer buffer(Layout layout) {
        return buffer(new Buffer.Storage(layout.bytes()), layout);
    }

    /**
     * A new tensor laid out as another, for a primitive that may work in place: it takes the other's memory if no later step
     * needs that.
     */
    public Buffer over(Buffer other) {
        return buffer(other.storage.over(other.layout.bytes()), other.layout);
    }

    private Buffer buffer(Buffer.Storage storage, Layout layout) {
        storages.add(storage);
        return new Buffer(storage, layout);
    }

    public Buffer plain(long... dims) {
        return buffer(Layout.plain(resources, dims));
    }

    /** Makes what {@code emission} adds part of the preparation: it runs when parameters have changed, not every time. */
    public void prepare(Runnable emission) {
        preparing = true;
        emission.run();
        preparing = false;
    }

    /** Makes what {@code emission} adds one step, which is skipped where the condition does not hold. */
    public void runIf(BooleanSupplier condition, Runnable emission) {
        runEither(condition, emission, () -> {});
    }

    /** Makes what one or the other adds one step: {@code emission} where the condition holds, else {@code otherwise}. */
    public void runEither(BooleanSupplier condition, Runnable emission, Runnable otherwise) {
        List<Runnable> parts = block(emission);
        List<Runnable> others = block(otherwise);
        steps.add(() -> (condition.getAsBoolean() ? parts : others).forEach(Runnable::run));
    }

    private List<Runnable> block(Runnable emission) {
        List<Runnable> parts = new ArrayList<>();
        block = parts;
        emission.run();
        block = null;
        return parts;
    }

    /** Adds a step in Java that touches the given tensors. */
    public void run(Runnable step, Buffer... touched) {
        if (preparing) {
            List.of(touched).forEach(this::keep);
            preparation.add(step);
            return;
        }
        for (Buffer buffer : touched) {
            buffer.storage.use(steps.size());
        }
        (block == null ? steps : block).add(step);
    }

    /** Adds a primitive. */
    public void run(Primitive primitive, Argument... arguments) {
        runParts(List.of(new Work(primitive, arguments)));
    }

    /** Adds primitives that may run at the same time, as one step. */
    public void runParts(List<Work> parts) {
        List<Buffer> touched = new ArrayList<>();
        List<Runnable> runs = new ArrayList<>();
        parts.forEach(part -> runs.add(runnable(part, touched)));
        Runnable all = atOnce ? () -> HelperThreads.run(runs) : () -> runs.forEach(Runnable::run);
        run(runs.size() == 1 ? runs.get(0) : all, touched.toArray(Buffer[]::new));
    }

    private Runnable runnable(Work work, List<Buffer> touched) {
        Primitive primitive = work.primitive();
        List<Argument> all = new ArrayList<>(List.of(work.arguments()));
        Layout scratchpad = primitive.scratchpad();
        if (scratchpad.bytes() > 0) {
            all.add(new Argument(DNNL_ARG_SCRATCHPAD, buffer(scratchpad)));
        }
        all.forEach(argument -> touched.add(argument.buffer()));
        implementations.add(primitive.implementation());
        Execution execution = new Execution(resources, primitive, all.size());
        bindings.add(() -> {
            for (int i = 0; i < all.size(); i++) {
                Argument argument = all.get(i);
                execution.argument(i, argument.index(), argument.buffer().memory(resources));
            }
        });
        return execution::run;
    }

    /** Adds a copy of a tensor to another layout. */
    public void reorder(Buffer from, Buffer to) {
        Primitive reorder = Operations.reorder(resources, from.layout, to.layout);
        run(reorder, new Argument(DNNL_ARG_FROM, from), new Argument(DNNL_ARG_TO, to));
    }

    /** Keeps a tensor's memory for itself from the first step to the last. */
    public void keep(Buffer buffer) {
        buffer.storage.use(0);
        buffer.storage.use(Long.MAX_VALUE / 2);
    }

    /** The names of the implementations of all primitives, in order. */
    public List<String> implementations() {
        return implementations;
    }

    /** Counts memory that steps take in ND4J's arena while they run, beside the tensors of this plan. */
    public void needsBeside(long bytes) {
        beside += bytes;
    }

    /**
     * Gives every tensor its address.
     *
     * @param limit refuses a number of bytes, before they are taken
     * @throws OutOfMemoryError if there is not that much memory
     */
    public void finish(DoubleConsumer limit) {
        storages.forEach(Buffer.Storage::settle);
        long bytes = place();
        limit.accept((double) bytes + beside);
        INDArray memory = allocate(bytes);
        resources.add(memory::close);
        arena = memory;
        long misaligned = memory.data().addressPointer().address() % ALIGNMENT;
        long shift = misaligned == 0 ? 0 : (ALIGNMENT - misaligned) / Float.BYTES;
        for (Buffer.Storage storage : storages) {
            storage.bind(memory, storage.place().offset / Float.BYTES + shift);
        }
        bindings.forEach(Runnable::run);
        bindings.clear();
    }

    private static INDArray allocate(long bytes) {
        try {
            return Tensors.zeros(DataType.FLOAT, (bytes + ALIGNMENT) / Float.BYTES + 1);
        } catch (RuntimeException | OutOfMemoryError refused) {
            OutOfMemoryError failure = new OutOfMemoryError(
                    "program expects " + (bytes >> 20) + " MB of memory but got none; use a smaller batch");
            failure.initCause(refused);
            throw failure;
        }
    }

    /* Largest first; each goes to the lowest gap between those that are alive at the same time. */
    private long place() {
        List<Buffer.Storage> placed = new ArrayList<>();
        long end = 0;
        List<Buffer.Storage> open = storages.stream()
                .filter(storage -> storage.place() == storage)
                .sorted(Comparator.comparingLong((Buffer.Storage storage) -> -storage.bytes))
                .toList();
        for (Buffer.Storage storage : open) {
            long size = (storage.bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
            List<Buffer.Storage> rivals = placed.stream()
                    .filter(other -> other.firstUse <= storage.lastUse && storage.firstUse <= other.lastUse)
                    .sorted(Comparator.comparingLong(other -> other.offset))
                    .toList();
            long at = 0;
            for (Buffer.Storage rival : rivals) {
                if (at + size <= rival.offset) {
                    break;
                }
                long after = rival.offset + (rival.bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
                at = Math.max(at, after);
            }
            storage.offset = at;
            placed.add(storage);
            end = Math.max(end, at + size);
        }
        return end;
    }

    /** Runs what has to be done when parameters have changed. */
    public void runPreparation() {
        preparation.forEach(Runnable::run);
    }

    /** Runs all steps. */
    public void run() {
        requireNonNull(arena, "finished");
        for (Runnable step : steps) {
            step.run();
        }
    }
}
