package io.github.bn4j.data;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import java.math.BigDecimal;

/** What becomes of a value that a table does not have. */
public final class MissingValue {

    /** What is done: one for each constant of this class, and one for all constants of the user's. */
    public enum Rule {
        REFUSE,
        SKIP_ROW,
        MEAN,
        MEDIAN,
        MOST_FREQUENT,
        CONSTANT
    }

    /** It is an error. */
    public static final MissingValue REFUSE = new MissingValue(Rule.REFUSE, "");

    /** Its row is left out. */
    public static final MissingValue SKIP_ROW = new MissingValue(Rule.SKIP_ROW, "");

    /**
     * It becomes the mean of its column, over all rows of the training data that have one; among categories, where there is
     * no mean, the most frequent one. In the column of the label or target its row is left out.
     */
    public static final MissingValue MEAN = new MissingValue(Rule.MEAN, "");

    /** Like {@link #MEAN} with the median, which a few far values do not move. */
    public static final MissingValue MEDIAN = new MissingValue(Rule.MEDIAN, "");

    /** Like {@link #MEAN} with the most frequent value; of several as frequent, the first in order. */
    public static final MissingValue MOST_FREQUENT = new MissingValue(Rule.MOST_FREQUENT, "");

    private final Rule rule;
    private final String value;

    private MissingValue(Rule rule, String value) {
        this.rule = rule;
        this.value = value;
    }

    /** It becomes that number. */
    public static MissingValue constant(double number) {
        checkArgument(
                Float.isFinite((float) number),
                "MissingValue.constant expects a number that float32 can hold but got %s",
                number);
        // Without an exponent, and 0 instead of 0.0, as it would stand in a table.
        return constant(
                new BigDecimal(Double.toString(number)).stripTrailingZeros().toPlainString());
    }

    /** It becomes that category, one of its own if no row has it, or that number in decimal digits. */
    public static MissingValue constant(String value) {
        checkGiven(value, "MissingValue.constant", "a value");
        String stripped = value.strip();
        checkArgument(!stripped.isEmpty(), "MissingValue.constant expects a value but got an empty one");
        return new MissingValue(Rule.CONSTANT, stripped);
    }

    static MissingValue of(String rule, String value) {
        return rule.equals(Rule.CONSTANT.name()) ? constant(value) : new MissingValue(Rule.valueOf(rule), "");
    }

    /** What is done. */
    public Rule rule() {
        return rule;
    }

    /** What a constant is, else empty. */
    public String value() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MissingValue that && rule == that.rule && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return 31 * rule.hashCode() + value.hashCode();
    }

    @Override
    public String toString() {
        return rule == Rule.CONSTANT ? "constant " + value : rule.name();
    }
}
