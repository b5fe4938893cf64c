package io.github.bn4j.spark.internal.job;

import io.github.bn4j.engine.Collective;
import java.io.Serializable;
import java.util.Optional;

/** What a rank does in a job. */
@FunctionalInterface
public interface RankWork<E> extends Serializable {

    /**
     * Does it, together with all other ranks.
     *
     * @return what is left, from one of the ranks
     */
    Optional<byte[]> run(Collective collective, Feeds<E> feeds) throws Exception;
}
