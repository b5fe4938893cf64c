package io.github.bn4j.engine.onednn.internal.binding;

import static io.github.bn4j.engine.onednn.internal.binding.Native.check;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_execute;

import java.util.function.Supplier;
import org.bytedeco.dnnl.dnnl_exec_arg_t;

/** A primitive with the tensors that it works on, which can be run as often as wanted. */
public final class Execution {

    private final dnnl_exec_arg_t arguments;
    private final Supplier<Integer> run;

    /**
     * One without arguments yet.
     *
     * @param count how many it will have
     */
    public Execution(Resources resources, Primitive primitive, int count) {
        arguments = resources.own(new dnnl_exec_arg_t(count));
        int threads = primitive.threads();
        Supplier<Integer> execution =
                () -> dnnl_primitive_execute(primitive.compiled(), Native.STREAM, count, arguments);
        run = threads == Threads.current() ? execution : () -> Threads.with(threads, execution);
    }

    /**
     * Sets an argument.
     *
     * @param place in which place, from 0 up to the number of arguments
     * @param number oneDNN's number of it
     */
    public void argument(int place, int number, Memory memory) {
        arguments.position(place).arg(number).memory(memory.pointer);
        arguments.position(0);
    }

    /** Runs the primitive on as many threads as it is made for; all arguments must be set. */
    public void run() {
        check(run.get(), "primitive's run");
    }
}
