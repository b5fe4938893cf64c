package io.github.bn4j.graph;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A static method of an op, or of a record within one, that makes it of the components that it has in older files, where
 * {@link DefaultValue} and {@link Formerly} are not enough:
 *
 * <pre>{@code
 * record Pooling(Window window) implements Op {
 *     @FormerComponents({"height", "width"})
 *     static Pooling of(int height, int width) {
 *         return new Pooling(new Window(height, width));
 *     }
 * }
 * }</pre>
 *
 * <p>It is called for files that hold these components and no others. Its parameters are of any types that components can
 * have; an enum that is no more is taken as a string.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface FormerComponents {

    /** The name of each parameter in the file, in the order of the parameters. */
    String[] value();
}
