package io.github.bn4j.engine.onednn.internal.plan;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.engine.onednn.internal.binding.ElementType;
import io.github.bn4j.engine.onednn.internal.binding.Layout;
import io.github.bn4j.engine.onednn.internal.binding.Memory;
import io.github.bn4j.engine.onednn.internal.binding.Resources;
import io.github.bn4j.internal.Floats;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.ShortPointer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** A tensor of a program: a layout over storage, which gets its address when the program is complete. */
public final class Buffer {

    /** Memory that one or more buffers look at, and the steps during which it must not be given to others. */
    public static final class Storage {
        final long bytes;
        long firstUse = Long.MAX_VALUE;
        long lastUse = -1;
        long offset = -1;
        private @Nullable Storage under;
        private @Nullable INDArray owner;
        private long ownerOffset;

        public Storage(long bytes) {
            this.bytes = bytes;
        }

        /** Elements {@code offset …} of a vector, which outlive the program. */
        public Storage(INDArray vector, long offset, long length) {
            this(length * Float.BYTES);
            bind(vector, offset);
        }

        /** One that takes this one's memory if the step that first needs the one is the last that needs the other. */
        Storage over(long size) {
            Storage storage = new Storage(size);
            storage.under = this;
            return storage;
        }

        /** Settles that; all steps must be known. */
        void settle() {
            Storage below = under == null ? null : under.place();
            if (below != null && !below.isExternal() && below.lastUse == firstUse) {
                below.lastUse = lastUse;
                under = below;
            } else {
                under = null;
            }
        }

        /** What has the address of this one. */
        Storage place() {
            Storage place = this;
            while (place.under != null) {
                place = place.under;
            }
            return place;
        }

        public boolean isExternal() {
            return owner != null;
        }

        void bind(INDArray vector, long offset) {
            owner = vector;
            ownerOffset = offset;
        }

        void use(long step) {
            firstUse = Math.min(firstUse, step);
            lastUse = Math.max(lastUse, step);
        }

        FloatPointer pointer() {
            FloatPointer base =
                    (FloatPointer) requireNonNull(owner, "bound").data().addressPointer();
            return base.getPointer(ownerOffset);
        }
    }

    public final Storage storage;
    public final Layout layout;
    /* In bytes. */
    private final long offset;
    private @Nullable Memory memory;
    private @Nullable FloatBuffer floats;
    private @Nullable IntBuffer bits;
    private @Nullable ShortBuffer halves;

    public Buffer(Storage storage, Layout layout) {
        this(storage, 0, layout);
    }

    private Buffer(Storage storage, long offset, Layout layout) {
        this.storage = storage;
        this.offset = offset;
        this.layout = layout;
    }

    /** The same memory from element {@code first} of the new layout on. */
    public Buffer part(long first, Layout own) {
        return new Buffer(storage, offset + first * own.type().bytes(), own);
    }

    /** The same memory seen in another layout. */
    public Buffer view(Layout own) {
        return part(0, own);
    }

    /** oneDNN's handle, made when first asked for; only after the storage has an address. */
    Memory memory(Resources resources) {
        if (memory == null) {
            memory = new Memory(resources, layout, pointer());
        }
        return memory;
    }

    private FloatPointer pointer() {
        FloatPointer near = storage.pointer().getPointer(offset / Float.BYTES);
        long rest = offset % Float.BYTES;
        return rest == 0 ? near : new FloatPointer(new BytePointer(near).getPointer(rest));
    }

    /** The float32 elements as they lie in memory. */
    public FloatBuffer floats() {
        if (floats == null) {
            FloatPointer pointer = pointer();
            floats = pointer.limit(pointer.position() + layout.bytes() / Float.BYTES)
                    .asBuffer();
        }
        return floats;
    }

    /** The bits of the float32 elements, as they lie in memory. */
    public IntBuffer bits() {
        if (bits == null) {
            FloatPointer pointer = pointer();
            bits = pointer.limit(pointer.position() + layout.bytes() / Float.BYTES)
                    .asByteBuffer()
                    .asIntBuffer();
        }
        return bits;
    }

    /**
     * The size of the largest element, infinity if one is NaN.
     *
     * @param usual as {@link Floats#size} has it
     */
    public double size(int usual) {
        return layout.type() == ElementType.BFLOAT16 ? Floats.sizeOfHalves(halves()) : Floats.size(bits(), usual);
    }

    /* The bits of the bfloat16 elements. */
    private ShortBuffer halves() {
        if (halves == null) {
            halves = new ShortPointer(pointer())
                    .limit(layout.bytes() / Short.BYTES)
                    .asBuffer();
        }
        return halves;
    }

    /** A view as an array, where the layout is plain. */
    public INDArray array() {
        INDArray vector = requireNonNull(storage.owner, "bound");
        long from = storage.ownerOffset + offset / Float.BYTES;
        return vector.get(NDArrayIndex.interval(from, from + layout.elements())).reshape('c', layout.dims());
    }
}
