package io.github.bn4j.spark.internal.frame;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Says where a row is, so that it can be found: partition, number, and what its short columns have. */
final class RowPlace {

    private static final int LONGEST = 200;

    private RowPlace() {}

    static String of(int partition, long number, Row row) {
        String content = content(row);
        return "row " + number + " of partition " + partition + (content.isEmpty() ? "" : " {" + content + "}");
    }

    private static String content(Row row) {
        StructType schema = row.schema();
        StringBuilder text = new StringBuilder();
        for (int i = 0; schema != null && i < row.size(); i++) {
            StructField field = schema.fields()[i];
            if (isShort(field.dataType())) {
                text.append(text.isEmpty() ? "" : ", ")
                        .append(field.name())
                        .append('=')
                        .append(shown(row.get(i)));
            }
        }
        return text.length() <= LONGEST ? text.toString() : text.substring(0, LONGEST) + "…";
    }

    private static String shown(@Nullable Object cell) {
        return String.valueOf(cell);
    }

    private static boolean isShort(DataType type) {
        return type instanceof NumericType || type instanceof StringType;
    }
}
