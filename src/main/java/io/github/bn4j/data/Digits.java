package io.github.bn4j.data;

import io.github.bn4j.internal.Tensors;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * 1,797 images of handwritten digits, embedded in the jar: the test part of "Optical Recognition of Handwritten Digits"
 * (E. Alpaydin and C. Kaynak 1998, UCI Machine Learning Repository, doi 10.24432/C50P49, CC BY 4.0).
 */
public final class Digits {

    private static final String RESOURCE = "digits.csv.gz";
    private static final int PIXELS = 64;

    private Digits() {}

    /** The data set in file order: features {@code [1797, 1, 8, 8]} from 0 to 1, labels {@code [1797]} from 0 to 9. */
    public static Dataset load() {
        List<String> rows = rows();
        double[] pixels = new double[rows.size() * PIXELS];
        double[] labels = new double[rows.size()];
        for (int row = 0; row < labels.length; row++) {
            String[] numbers = rows.get(row).split(",", -1);
            for (int pixel = 0; pixel < PIXELS; pixel++) {
                pixels[row * PIXELS + pixel] = Integer.parseInt(numbers[pixel]) / 16.0;
            }
            labels[row] = Integer.parseInt(numbers[PIXELS]);
        }
        return Dataset.of(
                Tensors.of(DataType.FLOAT, pixels, labels.length, 1, 8, 8),
                Tensors.of(DataType.FLOAT, labels, labels.length));
    }

    private static List<String> rows() {
        try (InputStream resource = Digits.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) {
                throw new IllegalStateException("Digits expects the resource " + RESOURCE
                        + " beside its class but got a jar without it; use the published jar");
            }
            InputStreamReader text = new InputStreamReader(new GZIPInputStream(resource), StandardCharsets.US_ASCII);
            return new BufferedReader(text).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
