package io.github.bn4j.onnx.internal;

import java.util.List;

/** How the nodes of one operator become part of a network. */
@FunctionalInterface
interface NodeReader {

    /**
     * The results, in order; fewer than the node has where nothing needs the others.
     *
     * @throws NodeRefusal if the node asks for what no network of this library does
     */
    List<Operand> read(OnnxCall call);

    /** An operator with one result. */
    @FunctionalInterface
    interface Single {

        Operand read(OnnxCall call);
    }

    static NodeReader single(Single reader) {
        return call -> List.of(reader.read(call));
    }
}
