package io.github.bn4j.engine.onednn.internal.binding;

import static io.github.bn4j.engine.onednn.internal.binding.Native.check;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_destroy;

import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.javacpp.FloatPointer;

/** A tensor at an address, as an argument of primitives. */
public final class Memory {

    /** For oneDNN's functions. */
    final dnnl_memory pointer = new dnnl_memory();

    /** Elements that lie from {@code first} on; they are somebody else's. */
    public Memory(Resources resources, Layout layout, FloatPointer first) {
        check(dnnl_memory_create(pointer, layout.descriptor().pointer, Native.ENGINE, first), "memory");
        resources.add(() -> dnnl_memory_destroy(pointer));
    }
}
