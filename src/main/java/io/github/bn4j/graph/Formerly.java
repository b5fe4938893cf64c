package io.github.bn4j.graph;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What something within an op, or the class of an op, is called in older files: {@code record Scaling(@Formerly("scale")
 * double factor)}. It may stand at a component of a record, at a constant of an enum and at a class. A class that files tell
 * by its simple name, as one that a sealed interface permits, has simple former names; any other has whole ones, with the
 * package, as {@link Class#getName()} gives them.
 *
 * <p>A component whose meaning changes gets a new name and, where the old meaning can be converted, {@link
 * FormerComponents}; a former name says that nothing but the name has changed.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.RECORD_COMPONENT, ElementType.FIELD, ElementType.TYPE})
public @interface Formerly {

    /** All names that it has had before. */
    String[] value();
}
