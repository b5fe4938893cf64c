package io.github.bn4j.internal;

import static io.github.bn4j.internal.Checks.checkState;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What one thread has for itself until it closes this: the parameters of a network that is being trained. Nobody outside the
 * library can take one and forget to give it back.
 */
public final class Claim implements AutoCloseable {

    private static final Set<Object> CLAIMED =
            Collections.synchronizedSet(Collections.newSetFromMap(new IdentityHashMap<>()));

    private final Object claimed;

    private Claim(Object claimed) {
        this.claimed = claimed;
    }

    /**
     * Claims the parameters of a network, and of all that share them.
     *
     * @param trainable the vector of their values, which these have in common
     * @param who who needs them for itself, for the message
     * @throws IllegalStateException if they are claimed already
     */
    public static Claim on(INDArray trainable, String who) {
        checkState(
                CLAIMED.add(trainable),
                "%s expects a network that is not being trained but got one that is; wait for the other fit to end or use a"
                        + " copy",
                who);
        return new Claim(trainable);
    }

    @Override
    public void close() {
        CLAIMED.remove(claimed);
    }
}
