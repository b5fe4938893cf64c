package io.github.bn4j.checkpoint;

import com.google.gson.JsonObject;
import io.github.bn4j.graph.Op;

/** Ops as JSON: a name and the components of the record. */
final class OpJson {

    private final TypeNames names;
    private final RecordReader reader;

    /** Reads this library's ops and those that the given classes make up. */
    OpJson(Class<?>... own) {
        this(TypeNames.with(own));
    }

    OpJson(TypeNames names) {
        this.names = names;
        reader = new RecordReader(names);
    }

    static void write(Op op, JsonObject node) {
        Class<? extends Op> type = op.getClass();
        if (!type.isRecord()) {
            throw new CheckpointException("Network.save expects ops that are records but got " + type.getName()
                    + "; turn it into a record of " + RecordWriter.KINDS);
        }
        node.addProperty("op", TypeNames.of(type, Op.class));
        node.add("fields", RecordWriter.write(op));
    }

    Op read(Json node) {
        Json name = node.at("op");
        Class<?> type = names.find(name.string(), Op.class, name);
        if (!type.isRecord()) {
            throw name.wrong("the name of a record");
        }
        return (Op) reader.read(node.at("fields"), type);
    }
}
