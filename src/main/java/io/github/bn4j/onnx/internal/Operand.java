package io.github.bn4j.onnx.internal;

/** What a name in the file stands for while it is read. */
sealed interface Operand permits Constant, Signal, Mask, Operand.Unread {

    /** The result of a node that could not be read, or of one that needs such a result. */
    record Unread() implements Operand {}
}
