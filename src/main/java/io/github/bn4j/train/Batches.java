package io.github.bn4j.train;

import java.util.List;

/** The batches of a {@code fit}, wherever its examples are. */
interface Batches extends Feed.Content, AutoCloseable {

    /** How many steps each epoch has. */
    int stepsPerEpoch();

    /** Some steps, of which all others have the sizes. */
    List<StepBatches> any();

    /**
     * The steps of an epoch, in order. Where they end before the epoch does, the {@code fit} is cut short as by an interrupt.
     *
     * @param number of the epoch, from 1
     * @param over how many of its steps have been taken
     */
    List<StepBatches> epoch(int number, int over);

    /** Whether to fill arrays is more than copying. */
    boolean costly();

    /** Nothing more is asked for; arrays that are being filled may stay as they are. */
    @Override
    default void close() {}
}
