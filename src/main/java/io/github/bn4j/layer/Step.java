package io.github.bn4j.layer;

import io.github.bn4j.graph.Layer;
import io.github.bn4j.graph.Scope;
import io.github.bn4j.graph.Value;
import org.jspecify.annotations.Nullable;

/*
 * One place in a sequence. Layers are the same when they are the same object; a layer that is put into a sequence twice
 * shall be two layers, and a sequence that is called twice shall share what is in it. So the place, not the description
 * that stands in it, is what is called.
 */
final class Step implements Layer {

    private final @Nullable String name;
    private final Layer layer;

    Step(@Nullable String name, Layer layer) {
        this.name = name;
        this.layer = layer;
    }

    Value call(Scope scope, Value x) {
        return name == null ? scope.call(this, x) : scope.call(name, this, x);
    }

    @Override
    public Value trace(Scope scope, Value x) {
        return layer.trace(scope, x);
    }

    @Override
    public String label() {
        return layer.label();
    }

    @Override
    public String toString() {
        return layer.toString();
    }
}
