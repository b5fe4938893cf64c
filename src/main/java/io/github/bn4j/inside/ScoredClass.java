package io.github.bn4j.inside;

import java.util.Locale;

/**
 * What an example was looked at for.
 *
 * @param number of the class, or of the element of an output that is no classification, from 0
 * @param name of the class; its number as text if it has none
 * @param score the logit of the class: what comes to a softmax at the end of the network, or else the element of the output
 */
public record ScoredClass(int number, String name, double score) {

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s %.4g", name, score);
    }
}
