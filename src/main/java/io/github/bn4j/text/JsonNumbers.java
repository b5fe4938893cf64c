package io.github.bn4j.text;

import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.math.BigDecimal;

/** Numbers as RFC 8259 has them. */
final class JsonNumbers {

    private static final BigDecimal INFINITY = new BigDecimal("1E+999");

    static final TypeAdapter<Double> DOUBLE = new TypeAdapter<>() {
        @Override
        public void write(JsonWriter out, Double value) throws IOException {
            if (value == null) {
                out.nullValue();
            } else if (value.isNaN()) {
                boolean usual = out.getSerializeNulls();
                out.setSerializeNulls(true);
                out.nullValue();
                out.setSerializeNulls(usual);
            } else if (value.isInfinite()) {
                out.value(value > 0 ? INFINITY : INFINITY.negate());
            } else {
                out.value(value.doubleValue());
            }
        }

        @Override
        public Double read(JsonReader in) throws IOException {
            return in.nextDouble();
        }
    };

    private JsonNumbers() {}
}
