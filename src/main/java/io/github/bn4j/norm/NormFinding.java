package io.github.bn4j.norm;

/** What can be found about the batch normalisations of a network that is worth a look. */
public enum NormFinding {
    /** Running averages are still the initial ones. */
    NEVER_UPDATED,
    /** Running averages are on their way from the initial ones to the data, with 5 % or more of the way to go. */
    WARM_UP,
    /** Running averages differ from the data by half a standard deviation, or a factor of 2 in variance. */
    DRIFT,
    /** What goes out has a standard deviation below 1e-3: nothing but a constant. */
    DEAD_CHANNELS,
    /** What comes in has less variance than epsilon. */
    NO_VARIANCE,
    /** What comes in has a mean of more than 1,000 standard deviations, which costs float32 half its digits. */
    CANCELLATION,
    /**
     * One value makes up more than half of the variance of a channel, though the others vary too: a fault in the data, or an example like no
     * other. Found where the data are in memory.
     */
    OUTLIER,
    /**
     * Dropout in front makes what comes in vary more in training, which the running variance is of, than in predictions (Li and others 2019,
     * Understanding the Disharmony between Dropout and Batch Normalization by Variance Shift).
     */
    DROPOUT_BEFORE,
    /** Means of batches scatter by more than 0.3 standard deviations. */
    NOISE,
    /** Training mode and predictions differ by half the size of the output, or in 1 of 20 decisions. */
    MODE_GAP,
    /**
     * A gamma that the network could do without: on every path its positive scale comes, channel by channel, to a weight that
     * can take it over, or to a batch normalisation that divides it away. Leaving it out loses no function, though training goes
     * another way.
     */
    POINTLESS_GAMMA
}
