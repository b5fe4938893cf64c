package io.github.bn4j.graph;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One primitive operation: a record of hyper-parameters that knows its shape rule, its reference arithmetic and what it
 * does to a shift. Everything else (engines, file formats) keeps a table of its own, keyed by op.
 *
 * <p>An op that overrides nothing optional works everywhere: it is run as reference arithmetic and blocks the bias
 * analysis. To be saved, an op must be a record of numbers, booleans, strings, enums, {@link Shape}s, records and
 * lists of these; a component may be declared as an interface that records and enums implement, best a sealed one. When the
 * record changes, {@link DefaultValue}, {@link Formerly} and {@link FormerComponents} keep its older files readable.
 */
public interface Op {

    /**
     * The shape of one example of the output.
     *
     * @param inputs shape of one example of each input
     * @param parameters whole shape of each parameter
     * @throws ShapeException if the op cannot work with these shapes
     * @throws ArithmeticException if a dimension is too large to count; use {@link Math#multiplyExact} and its like
     */
    Shape outputShape(List<Shape> inputs, List<Shape> parameters);

    /** How many inputs it takes and what its parameters are; any others are refused. Empty if the op checks that itself. */
    default Optional<Operands> operands() {
        return Optional.empty();
    }

    /** The output for a batch, {@code [batch, outputShape]}, in the type of the inputs. */
    INDArray forward(Call call);

    /**
     * The gradients of the loss by inputs and trainable parameters.
     *
     * @param call the call that went forward
     * @param dy gradient of the loss by the output. Not modified.
     */
    Gradients backward(Call call, INDArray dy);

    /**
     * What becomes, in training mode, of a shift that arrives at one input.
     *
     * @param input which input
     * @param shift how that input is shifted: {@link Shift#UNIFORM}, {@link Shift#PER_CHANNEL} or {@link
     *     Shift#PER_POSITION}
     * @param inputs shape of one example of each input
     * @param parameters whole shape of each parameter
     */
    default ShiftEffect shiftEffect(int input, Shift shift, List<Shape> inputs, List<Shape> parameters) {
        return ShiftEffect.UNKNOWN;
    }

    /**
     * The name of the parameter that the op adds to its output as it is: a bias or a beta. It has one element per channel, or
     * one per element of the example. Whatever adds such a parameter can make up for a bias before it, and can itself be made
     * pointless by what follows.
     */
    default Optional<String> shiftParameter() {
        return Optional.empty();
    }

    /** The name of the parameter that the op multiplies its output by, such as a gamma; one element per channel. */
    default Optional<String> scaleParameter() {
        return Optional.empty();
    }

    /** How the op normalises channels by statistics of the batch and running averages of them, if it does. */
    default Optional<Normalization> normalization() {
        return Optional.empty();
    }

    /**
     * The op that normalises otherwise and takes the same parameters.
     *
     * @param changed differs from {@link #normalization} in a switch
     * @throws UnsupportedOperationException if the op cannot do that
     */
    default Op normalization(Normalization changed) {
        throw new UnsupportedOperationException(label() + " expects to normalise by " + normalization() + " but got "
                + changed + "; override Op.normalization(Normalization) to allow it");
    }

    /** Whether the op subtracts a mean and divides by a deviation, of whatever values. */
    default boolean normalises() {
        return normalization().isPresent();
    }

    /**
     * What the op does to each channel of its first input in a prediction, if that is a scale and a shift.
     *
     * @param inputs shape of one example of each input
     * @param parameters whole shape of each parameter
     */
    default Optional<ScaleAndShift.Rule> scaleAndShift(List<Shape> inputs, List<Shape> parameters) {
        return Optional.empty();
    }

    /** What for the op is not linear, if it is a function of single elements or channels that is not. */
    default Optional<Nonlinearity> nonlinearity() {
        return Optional.empty();
    }

    /**
     * How the op is linear in its only input, if it is: then a scale per channel before or behind it can go into its weight,
     * which is its first parameter.
     *
     * @param parameters whole shape of each parameter
     */
    default Optional<LinearMap> linearMap(List<Shape> parameters) {
        return Optional.empty();
    }

    /**
     * What becomes, in training mode, of a positive scale per channel that arrives at one input.
     *
     * @param input which input
     */
    default ScaleEffect scaleEffect(int input) {
        return ScaleEffect.BLOCKED;
    }

    /**
     * How many whole numbers, from 0, an input may hold, if it takes no others: rows of a table by their numbers. Nothing has a
     * gradient by such an input, and nothing shifts or scales it.
     *
     * @param input which input
     * @param parameters whole shape of each parameter
     */
    default OptionalLong wholeNumbers(int input, List<Shape> parameters) {
        return OptionalLong.empty();
    }

    /** Whether the op does something in training only, and in a prediction yields its first input as it is, like dropout. */
    default boolean trainingOnly() {
        return false;
    }

    /**
     * Refuses a batch that the op cannot be trained on.
     *
     * @param inputs shape of one example of each input
     * @param batch number of examples
     * @throws ShapeException if training on such a batch is meaningless
     */
    default void checkTraining(List<Shape> inputs, long batch) {}

    /**
     * Takes what a call measured in a training step into the op's state. Called once per step with what {@link Call#statistics}
     * was told, on every engine: merged over batches that are accumulated, and by the op itself over parts of a batch. Moves
     * the running averages of an op that has them.
     *
     * @param measured what the call reported. Not modified.
     * @param parameters values of all parameters of the call, by the names of {@link #operands}. Those that are state are
     *     modified.
     */
    default void update(Measured measured, Map<String, INDArray> parameters) {
        normalization().ifPresent(normalization -> normalization.averages().move(measured, parameters));
    }

    /** A short name for people: the simple class name. */
    default String label() {
        return getClass().getSimpleName();
    }
}
