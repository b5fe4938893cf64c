package io.github.bn4j.train;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The classes of records and enums in the ops of a graph: to read its file, those have to be named that are not this library's. */
final class OpTypes {

    private final Set<Class<?>> found = new LinkedHashSet<>();

    private OpTypes() {}

    static List<Class<?>> of(Graph graph) {
        OpTypes types = new OpTypes();
        for (Node node : graph.nodes()) {
            types.add(node.op());
        }
        return types.found.stream().<Class<?>>map(type -> type).toList();
    }

    private void add(@Nullable Object value) {
        if (value instanceof List<?> list) {
            list.forEach(this::add);
        } else if (value instanceof Enum<?> constant) {
            found.add(constant.getDeclaringClass());
        } else if (value instanceof Record) {
            found.add(value.getClass());
            for (RecordComponent component : value.getClass().getRecordComponents()) {
                add(read(value, component));
            }
        }
    }

    private static @Nullable Object read(Object value, RecordComponent component) {
        try {
            component.getAccessor().setAccessible(true);
            return component.getAccessor().invoke(value);
        } catch (ReflectiveOperationException | RuntimeException unreadable) {
            // The file says so when it is written.
            return null;
        }
    }
}
