package io.github.bn4j.graph;

/**
 * An op's answer to the question what becomes of a shift that arrives at one of its inputs, in training mode.
 *
 * <p>The claim must hold for <em>every</em> value of the op's inputs and parameters. Then shifts that arrive at several
 * inputs at once are covered too: the effect is the {@link Shift#join} of the effects one by one.
 *
 * @param result the shift of the op's output
 * @param because why, as a clause that can follow the op's name: {@code subtracts the mean of each channel}
 */
public record ShiftEffect(Shift result, String because) {

    /** Nobody has said what becomes of a shift, so nothing can be said of the output. */
    public static final ShiftEffect UNKNOWN = blocks("says nothing about shifts");

    /** The shift disappears. */
    public static ShiftEffect absorbs(String because) {
        return new ShiftEffect(Shift.NONE, because);
    }

    /** The output is shifted like {@code result}. */
    public static ShiftEffect yields(Shift result, String because) {
        return new ShiftEffect(result, because);
    }

    /** Nothing can be said of the output. */
    public static ShiftEffect blocks(String because) {
        return new ShiftEffect(Shift.ANY, because);
    }
}
