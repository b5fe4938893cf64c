package io.github.bn4j.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TextTest {

    record Report(double number, Double none, List<Double> some, Map<String, Double> named) {}

    /** RFC 8259, section 6: "Numeric values that cannot be represented in the grammar … are not permitted." */
    @Test
    void writesNumbersThatJsonHasNoWordsFor() throws IOException {
        Text json = Text.json(new Report(
                Double.NaN, null, List.of(0.1, Double.NaN, Double.POSITIVE_INFINITY), Map.of("f1", Double.NaN)));

        assertThat(json)
                .hasToString(
                        """
                        {
                          "number": null,
                          "some": [
                            0.1,
                            null,
                            1E+999
                          ],
                          "named": {
                            "f1": null
                          }
                        }""");
        try (JsonReader reader = new JsonReader(new StringReader(json.toString()))) {
            reader.setStrictness(Strictness.STRICT);
            reader.skipValue();
        }
        assertThat(Double.parseDouble("1E+999")).isInfinite();
    }
}
