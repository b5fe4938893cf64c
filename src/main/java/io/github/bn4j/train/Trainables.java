package io.github.bn4j.train;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameter;
import java.util.List;

/** What a training changes. */
final class Trainables {

    private Trainables() {}

    /**
     * Refuses a network in which nothing can change.
     *
     * @param who who wants to train it, for the message
     */
    static void require(String who, Graph graph) {
        List<Parameter> all = graph.parameters();
        if (!all.isEmpty() && all.stream().allMatch(Parameter::frozen)) {
            String last = all.get(all.size() - 1).name();
            throw new IllegalArgumentException(
                    who + " expects a network of which something is trained but got one that is"
                            + " frozen as a whole; unfreeze what is to be trained, such as net.unfreeze(\""
                            + last.replaceFirst("\\.[^.]*$", "") + "\")");
        }
    }
}
