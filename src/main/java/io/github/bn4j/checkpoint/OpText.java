package io.github.bn4j.checkpoint;

import com.google.gson.JsonObject;
import io.github.bn4j.graph.Op;
import java.nio.file.Path;

/** Single ops as JSON, as networks' files have them: for the metadata of other files. */
public final class OpText {

    private OpText() {}

    /**
     * The text of an op.
     *
     * @throws CheckpointException if it cannot be stored
     */
    public static String of(Op op) {
        JsonObject json = new JsonObject();
        OpJson.write(op, json);
        return Json.text(json);
    }

    /**
     * Reads an op of this library.
     *
     * @param text of {@link #of}
     * @param where in the file it stands, for messages
     * @param who wants it, for messages
     * @throws CheckpointException if it is something else
     */
    public static Op read(String text, String where, String who, Path path) {
        return new OpJson().read(Json.parse(text, where, new FileSource(who, path)));
    }
}
