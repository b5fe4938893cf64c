package io.github.bn4j.spark.internal.frame;

import java.util.Iterator;
import java.util.function.Function;

/** What a function makes of the elements of an iterator, one when it is asked for. */
record MappedIterator<A, B>(Iterator<A> elements, Function<A, B> function) implements Iterator<B> {

    @Override
    public boolean hasNext() {
        return elements.hasNext();
    }

    @Override
    public B next() {
        return function.apply(elements.next());
    }
}
