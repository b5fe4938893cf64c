package io.github.bn4j.train;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The epochs of a training, those of one {@code fit} or of several that went on. Prints as one line per epoch.
 *
 * @param epochs in order
 */
public record History(List<Epoch> epochs) {

    public History {
        epochs = List.copyOf(epochs);
    }

    /**
     * The last epoch.
     *
     * @throws IllegalStateException if there is none
     */
    public Epoch last() {
        if (epochs.isEmpty()) {
            throw new IllegalStateException("history expects at least one epoch but got none");
        }
        return epochs.get(epochs.size() - 1);
    }

    @Override
    public String toString() {
        return epochs.stream().map(Epoch::toString).collect(Collectors.joining(System.lineSeparator()));
    }
}
