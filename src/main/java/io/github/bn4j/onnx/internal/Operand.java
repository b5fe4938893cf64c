package io.github.bn4j.onnx.internal;

import java.util.List;

/** What a name in the file stands for while it is read. */
sealed interface Operand permits Constant, Signal, Mask, Operand.Surrounded, Operand.Unread {

    /**
     * Images or sequences with −∞ around them, which a maximum does not see.
     *
     * @param x what is within
     * @param sides how many elements of −∞ there are on each axis before, then how many on each behind
     */
    record Surrounded(Signal x, List<Long> sides) implements Operand {

        @Override
        public String toString() {
            return x + " with −∞ around it, for a maximum only";
        }
    }

    /** The result of a node that could not be read, or of one that needs such a result. */
    record Unread() implements Operand {}
}
