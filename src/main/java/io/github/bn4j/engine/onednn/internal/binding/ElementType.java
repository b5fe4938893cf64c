package io.github.bn4j.engine.onednn.internal.binding;

import static org.bytedeco.dnnl.global.dnnl.dnnl_bf16;
import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;

/** How the elements of a tensor are stored. */
public enum ElementType {
    FLOAT32(dnnl_f32, Float.BYTES),
    /** The upper half of a float32: its range, with 8 bits for the digits. */
    BFLOAT16(dnnl_bf16, Short.BYTES);

    /** For oneDNN's functions. */
    final int number;

    private final int bytes;

    ElementType(int number, int bytes) {
        this.number = number;
        this.bytes = bytes;
    }

    /** How much memory an element takes. */
    public int bytes() {
        return bytes;
    }
}
