package io.github.bn4j.spark.internal.job;

import io.github.bn4j.engine.CollectiveException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a rank brings back to the driver. A failure is brought back like a result, so that the driver has what was thrown and not only its
 * text, and knows which of several ranks failed first by itself.
 *
 * @param rank whose
 * @param host where it ran
 * @param state what it left; null after a failure, and where others left it
 * @param failure what it threw, serialized; null if nothing, or if it cannot be
 * @param sentence the failure in words; null if there is none
 * @param secondary whether it failed only because others did
 */
@SuppressWarnings("ArrayRecordComponent")
record Outcome(
        int rank,
        String host,
        byte @Nullable [] state,
        byte @Nullable [] failure,
        @Nullable String sentence,
        boolean secondary)
        implements Serializable {

    private static final long serialVersionUID = 1;

    static Outcome of(int rank, String host, Optional<byte[]> state) {
        return new Outcome(rank, host, state.orElse(null), null, null, false);
    }

    static Outcome failed(int rank, String host, Throwable failure) {
        return new Outcome(
                rank, host, null, serialized(failure), failure.toString(), failure instanceof CollectiveException);
    }

    boolean hasFailed() {
        return sentence != null;
    }

    /** What was thrown, or something with the same words where its class is known to the executor alone. */
    RuntimeException thrown(ClassLoader loader) {
        byte[] bytes = failure;
        if (bytes != null) {
            try (ObjectInputStream in = new ApplicationObjects(bytes, loader)) {
                if (in.readObject() instanceof RuntimeException known) {
                    return known;
                }
            } catch (IOException | ClassNotFoundException | RuntimeException | LinkageError unknown) {
                // Its words are all that there is.
            }
        }
        return new IllegalStateException(sentence);
    }

    private static byte @Nullable [] serialized(Throwable failure) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(failure);
        } catch (IOException | RuntimeException unable) {
            return null;
        }
        return bytes.toByteArray();
    }

    // Arrays make the record's own one misleading.
    @Override
    public String toString() {
        return "Outcome[rank %d at %s: %s]".formatted(rank, host, sentence == null ? "done" : sentence);
    }
}
