package io.github.bn4j.engine.onednn.internal.binding;

import static org.bytedeco.dnnl.global.dnnl.DNNL_MAX_NDIMS;
import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu_isa_avx2;
import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu_isa_avx512_core;
import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu_isa_avx512_core_bf16;
import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu_isa_sse41;
import static org.bytedeco.dnnl.global.dnnl.dnnl_engine_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_get_effective_cpu_isa;
import static org.bytedeco.dnnl.global.dnnl.dnnl_out_of_memory;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_default_flags;
import static org.bytedeco.dnnl.global.dnnl.dnnl_success;
import static org.bytedeco.dnnl.global.dnnl.dnnl_unimplemented;
import static org.bytedeco.dnnl.global.dnnl.dnnl_version;

import io.github.bn4j.internal.Tensors;
import java.util.Optional;
import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_stream;
import org.bytedeco.dnnl.dnnl_version_t;

/** oneDNN's CPU engine, of which one serves the whole process, and the meaning of its status numbers. */
public final class Native {

    static final dnnl_engine ENGINE = new dnnl_engine();
    static final dnnl_stream STREAM = new dnnl_stream();

    /** How many axes a tensor can have. */
    public static final int MOST_AXES = DNNL_MAX_NDIMS;

    static {
        Tensors.start();
        check(dnnl_engine_create(ENGINE, dnnl_cpu, 0), "engine");
        check(dnnl_stream_create(STREAM, ENGINE, dnnl_stream_default_flags), "stream");
    }

    private Native() {}

    /** The version of oneDNN, such as {@code 2.5.2}. */
    public static String version() {
        dnnl_version_t version = dnnl_version();
        return version.major() + "." + version.minor() + "." + version.patch();
    }

    /** The best instruction set that oneDNN has kernels for on this processor. */
    public static Optional<String> instructionSet() {
        if (System.getProperty("os.arch", "").equals("aarch64")) {
            // Part of every such processor; oneDNN has names for longer vectors only.
            return Optional.of("Advanced SIMD");
        }
        int set = dnnl_get_effective_cpu_isa();
        if ((set & dnnl_cpu_isa_avx512_core) == dnnl_cpu_isa_avx512_core) {
            return Optional.of("AVX-512");
        }
        if ((set & dnnl_cpu_isa_avx2) == dnnl_cpu_isa_avx2) {
            return Optional.of("AVX2");
        }
        return (set & dnnl_cpu_isa_sse41) == dnnl_cpu_isa_sse41 ? Optional.of("SSE4.1") : Optional.empty();
    }

    /** Whether the processor has instructions that multiply bfloat16 numbers and add up in float32: AVX512_BF16 or AMX. */
    public static boolean multipliesBfloat16() {
        return (dnnl_get_effective_cpu_isa() & dnnl_cpu_isa_avx512_core_bf16) == dnnl_cpu_isa_avx512_core_bf16;
    }

    /**
     * Throws unless {@code status} is success.
     *
     * @throws UnsupportedByOneDnnException if oneDNN has nothing for what was asked
     */
    public static void check(int status, String what) {
        if (status == dnnl_success) {
            return;
        }
        if (status == dnnl_out_of_memory) {
            throw new OutOfMemoryError("oneDNN expects memory for " + what + " but got none; use a smaller batch");
        }
        String reason = status == dnnl_unimplemented ? "is not implemented" : "was refused with status " + status;
        throw new UnsupportedByOneDnnException(what + " " + reason);
    }
}
