package io.github.bn4j.graph;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a component of an op, or of a record within one, is in files from before it was added: {@code record
 * Scaling(double factor, @DefaultValue("0.0") double offset)}. Without it such files are refused.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface DefaultValue {

    /** The value as a file would hold it, which is JSON: {@code 0.5}, {@code true}, {@code "\"SAME\""}, {@code [1, 1]}. */
    String value();
}
