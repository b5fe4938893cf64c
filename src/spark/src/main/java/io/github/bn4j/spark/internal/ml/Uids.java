package io.github.bn4j.spark.internal.ml;

import java.util.function.Supplier;
import org.apache.spark.ml.util.Identifiable$;
import org.jspecify.annotations.Nullable;

/**
 * The unique names of estimators and models. The constructors of Spark's classes ask for the name before one of ours can set it, so whoever
 * knows it says so beforehand.
 */
public final class Uids {

    private static final ThreadLocal<@Nullable String> KNOWN = new ThreadLocal<>();

    private Uids() {}

    /** Makes something whose name is known. */
    public static <T> T known(String uid, Supplier<T> made) {
        KNOWN.set(uid);
        try {
            return made.get();
        } finally {
            KNOWN.remove();
        }
    }

    /** The name of what is being made: the known one, else a new one that begins with {@code prefix}. */
    public static String next(String prefix) {
        String known = KNOWN.get();
        return known == null ? Identifiable$.MODULE$.randomUID(prefix) : known;
    }
}
