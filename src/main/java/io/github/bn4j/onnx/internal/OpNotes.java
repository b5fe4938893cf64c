package io.github.bn4j.onnx.internal;

import io.github.bn4j.checkpoint.OpText;
import io.github.bn4j.checkpoint.Sections;
import io.github.bn4j.graph.Op;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import onnx.Onnx.StringStringEntryProto;
import org.jspecify.annotations.Nullable;

/** What files that this library wrote say of ops for which ONNX has no words: in the metadata, by the name of the result. */
public final class OpNotes {

    /** Before the name of a result. */
    public static final String PREFIX = "op.";

    /** The running variances that are unbiased, as a list. */
    public static final String UNBIASED = "runningVariance.unbiased";

    private final OnnxFile file;
    private final Map<String, String> texts = new LinkedHashMap<>();
    private @Nullable Set<String> unbiased;

    OpNotes(OnnxFile file) {
        this.file = file;
        if (file.isFrom("bn4j")) {
            for (StringStringEntryProto entry : file.model().getMetadataPropsList()) {
                texts.put(entry.getKey(), entry.getValue());
            }
        }
    }

    /** All texts of the metadata, if this library wrote the file. */
    Map<String, String> texts() {
        return texts;
    }

    /** The names of the running variances that are unbiased. */
    Set<String> unbiased() {
        Set<String> read = unbiased;
        if (read == null) {
            Sections sections = Sections.of(texts, OnnxFile.WHO, file.path());
            read = sections.has(UNBIASED) ? Set.copyOf(sections.list(UNBIASED)) : Set.of();
            unbiased = read;
        }
        return read;
    }

    /** The op that made a result, if there is a note of it and it is of that kind. */
    <T extends Op> Optional<T> of(String result, Class<T> kind) {
        String name = PREFIX + result;
        @Nullable String text = texts.get(name);
        return text == null
                ? Optional.empty()
                : Optional.of(OpText.read(text, name, OnnxFile.WHO, file.path()))
                        .filter(kind::isInstance)
                        .map(kind::cast);
    }
}
