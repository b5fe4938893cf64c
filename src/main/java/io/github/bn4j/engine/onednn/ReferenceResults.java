package io.github.bn4j.engine.onednn;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What ND4J computes in float64 for a step and a prediction of the {@link CheckedNetwork}, as a file beside this class: to compute
 * it at first use would take as long as all else. For each tensor its name, its number of elements, and those.
 */
final class ReferenceResults {

    static final String RESOURCE = "reference-results.bin";

    private ReferenceResults() {}

    /**
     * The tensors by name, in order.
     *
     * @throws IllegalStateException if the file is missing
     */
    static Map<String, float[]> read() {
        try (InputStream resource = ReferenceResults.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new IllegalStateException("ReferenceResults expects the resource " + RESOURCE
                        + " beside its class but got a jar without it; use the published jar");
            }
            DataInputStream in = new DataInputStream(new BufferedInputStream(resource));
            Map<String, float[]> results = new LinkedHashMap<>();
            for (int tensors = in.readInt(); tensors > 0; tensors--) {
                String name = in.readUTF();
                float[] numbers = new float[in.readInt()];
                for (int i = 0; i < numbers.length; i++) {
                    numbers[i] = in.readFloat();
                }
                results.put(name, numbers);
            }
            return results;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
