package io.github.bn4j.data.internal.table;

import io.github.bn4j.data.MissingValue;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * What a column of a table means, as it was asked for or, with its categories and what fills its gaps, as it was learned.
 *
 * @param name as in the header, or its number from 0 where there is none
 * @param kind what becomes of its values
 * @param categories by their numbers; empty for a column of numbers, and for categories that are yet to be learned
 * @param other whether what is in no category counts as one more, behind the others
 * @param missing what becomes of a value that is not there
 * @param fill the number, or the number of the category, that fills a gap; NaN where nothing does
 */
public record Column(
        String name, Kind kind, List<String> categories, boolean other, MissingValue missing, double fill) {

    public enum Kind {
        NUMBER,
        ONE_HOT,
        ORDINAL,
        LABEL,
        TARGET;

        public boolean isAnswer() {
            return this == LABEL || this == TARGET;
        }

        public boolean isNumeric() {
            return this == NUMBER || this == TARGET;
        }
    }

    static final String OTHER = "(other)";

    static Column number(String name, MissingValue missing) {
        return new Column(name, Kind.NUMBER, List.of(), false, missing, Double.NaN);
    }

    /** How many features it becomes. */
    int width() {
        return switch (kind) {
            case NUMBER, ORDINAL -> 1;
            case ONE_HOT -> categories.size() + (other ? 1 : 0);
            case LABEL, TARGET -> 0;
        };
    }

    /** The names of its features. */
    public Stream<String> features() {
        return switch (kind) {
            case NUMBER, ORDINAL -> Stream.of(name);
            case ONE_HOT ->
                Stream.concat(categories.stream(), other ? Stream.of(OTHER) : Stream.empty())
                        .map(category -> name + "=" + category);
            case LABEL, TARGET -> Stream.empty();
        };
    }

    /** Writes the features of a value or of the number of a category. */
    void write(float value, float[] features, int from) {
        if (kind == Kind.ONE_HOT) {
            features[from + (int) value] = 1;
        } else {
            features[from] = value;
        }
    }

    /** Refuses gaps where rows with gaps would be left out. */
    public Column keepingRows() {
        return missing.equals(MissingValue.SKIP_ROW)
                ? new Column(name, kind, categories, other, MissingValue.REFUSE, fill)
                : this;
    }

    public boolean fillsGaps() {
        return !Double.isNaN(fill);
    }

    /** The order of categories: by value if all are numbers, else as text. */
    public static List<String> sorted(List<String> categories) {
        TableFormat plain = TableFormat.DEFAULT;
        boolean numbers = categories.stream().noneMatch(category -> Double.isNaN(plain.number(category)));
        Comparator<String> text = Comparator.naturalOrder();
        return categories.stream()
                .sorted(numbers ? Comparator.comparingDouble(plain::number).thenComparing(text) : text)
                .toList();
    }

    @Override
    public String toString() {
        String list = String.join(", ", categories) + (other ? ", " + OTHER : "");
        String gaps = fillsGaps() ? "missing becomes " + fillText() : "missing " + missing;
        return name + ": "
                + switch (kind) {
                    case NUMBER -> "number, " + gaps;
                    case ONE_HOT -> "one-hot [" + list + "], " + gaps;
                    case ORDINAL -> "ordinal [" + list + "], " + gaps;
                    case LABEL -> "label [" + list + "], " + gaps;
                    case TARGET -> "target, " + gaps;
                };
    }

    private String fillText() {
        if (kind.isNumeric()) {
            return String.format(Locale.ROOT, "%s", (float) fill);
        }
        return fill < categories.size() ? categories.get((int) fill) : OTHER;
    }
}
