package io.github.bn4j.data.internal.table;

import static io.github.bn4j.internal.Checks.checkArgument;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * How the text of a table is read.
 *
 * @param header whether the first line names the columns
 * @param separator between values
 * @param charset of the text
 * @param decimalComma whether numbers have a comma instead of a point
 * @param missingTokens what stands for a value that is not there, besides nothing
 */
public record TableFormat(
        boolean header, char separator, Charset charset, boolean decimalComma, Set<String> missingTokens) {

    /** That of most files: commas, points, UTF-8, and a first line of names. */
    public static final TableFormat DEFAULT = new TableFormat(
            true, ',', StandardCharsets.UTF_8, false, Set.of("NA", "N/A", "NaN", "nan", "null", "NULL", "?", "\\N"));

    public TableFormat {
        checkArgument(
                separator != '"' && separator != '\n' && separator != '\r',
                "Csv.separator expects a character that stands between values but got %s, which means something else; take"
                        + " the one of the file",
                separator == '"' ? "a quote" : "a line end");
    }

    boolean isMissing(String stripped) {
        return stripped.isEmpty() || missingTokens.contains(stripped);
    }

    /** The number, or NaN where the text is none: decimal digits with an optional sign, point and exponent. */
    double number(String stripped) {
        // Java would also take 98f, 5d, 0x1p3, NaN and Infinity.
        for (int i = 0; i < stripped.length(); i++) {
            if ("0123456789+-eE".indexOf(stripped.charAt(i)) < 0 && stripped.charAt(i) != point()) {
                return Double.NaN;
            }
        }
        try {
            return Double.parseDouble(decimalComma ? stripped.replace(',', '.') : stripped);
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }

    /** Whether it were a number if the other character were the decimal point. */
    boolean isNumberWithOtherPoint(String stripped) {
        return !Double.isNaN(withDecimalComma(!decimalComma).number(stripped));
    }

    private char point() {
        return decimalComma ? ',' : '.';
    }

    public TableFormat withHeader(boolean header) {
        return new TableFormat(header, separator, charset, decimalComma, missingTokens);
    }

    public TableFormat withSeparator(char separator) {
        return new TableFormat(header, separator, charset, decimalComma, missingTokens);
    }

    public TableFormat withCharset(Charset charset) {
        return new TableFormat(header, separator, charset, decimalComma, missingTokens);
    }

    public TableFormat withDecimalComma(boolean decimalComma) {
        return new TableFormat(header, separator, charset, decimalComma, missingTokens);
    }

    public TableFormat withMissingTokens(Set<String> missingTokens) {
        return new TableFormat(header, separator, charset, decimalComma, Set.copyOf(missingTokens));
    }
}
