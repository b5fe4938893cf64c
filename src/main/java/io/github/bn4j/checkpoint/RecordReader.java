package io.github.bn4j.checkpoint;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.graph.Shape;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The record that a JSON object describes; what {@link RecordWriter} wrote. */
final class RecordReader {

    private final TypeNames names;

    RecordReader(TypeNames names) {
        this.names = names;
    }

    /** A record of the given class. */
    Object read(Json fields, Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        Set<String> known = new LinkedHashSet<>();
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            known.add(components[i].getName());
            types[i] = components[i].getType();
            values[i] = value(fields.at(components[i].getName()), components[i].getGenericType());
        }
        if (!known.equals(fields.members().keySet())) {
            throw fields.wrong("nothing but " + known);
        }
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            Throwable refusal = requireNonNull(e.getCause());
            throw fields.source()
                    .damaged(
                            "components that " + type.getSimpleName() + " accepts as " + fields.where(),
                            "\"" + refusal.getMessage() + "\"",
                            refusal);
        } catch (ReflectiveOperationException | RuntimeException e) {
            throw new CheckpointException(
                    "Network.load expects a record that can be constructed but got " + type.getName() + " (" + e
                            + "); make the record public",
                    e);
        }
    }

    private Object value(Json json, Type declared) {
        if (declared instanceof ParameterizedType list && list.getRawType() == List.class) {
            List<Object> items = new ArrayList<>();
            json.items().forEach(item -> items.add(value(item, list.getActualTypeArguments()[0])));
            return List.copyOf(items);
        }
        if (declared == double.class || declared == Double.class) {
            return real(json);
        }
        if (declared == float.class || declared == Float.class) {
            return json.isString() ? (float) real(json) : Float.parseFloat(json.number());
        }
        if (declared == long.class || declared == Long.class) {
            return json.whole(Long.MIN_VALUE, Long.MAX_VALUE);
        }
        if (declared == int.class || declared == Integer.class) {
            return (int) json.whole(Integer.MIN_VALUE, Integer.MAX_VALUE);
        }
        if (declared == short.class || declared == Short.class) {
            return (short) json.whole(Short.MIN_VALUE, Short.MAX_VALUE);
        }
        if (declared == byte.class || declared == Byte.class) {
            return (byte) json.whole(Byte.MIN_VALUE, Byte.MAX_VALUE);
        }
        if (declared == boolean.class || declared == Boolean.class) {
            return json.bool();
        }
        if (declared == String.class) {
            return json.string();
        }
        if (declared == Shape.class) {
            return json.shape();
        }
        if (declared instanceof Class<?> type) {
            if (type.isEnum()) {
                return constant(json, type);
            }
            if (type.isRecord()) {
                return read(json, type);
            }
            if (type.isInterface()) {
                return named(json, type);
            }
        }
        throw json.wrong(RecordWriter.KINDS + ", not a " + declared.getTypeName() + ",");
    }

    /** An object whose only member has the name of the class, and is the value. */
    private Object named(Json json, Class<?> kind) {
        Map<String, Json> members = json.members();
        if (members.size() != 1) {
            throw json.wrong("one member that is named after an implementation of " + kind.getSimpleName());
        }
        Map.Entry<String, Json> only = members.entrySet().iterator().next();
        return value(only.getValue(), names.find(only.getKey(), kind, json));
    }

    private static double real(Json json) {
        if (!json.isString()) {
            return Double.parseDouble(json.number());
        }
        return switch (json.string()) {
            case "NaN" -> Double.NaN;
            case "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> throw json.wrong("a number");
        };
    }

    static Object constant(Json json, Class<?> type) {
        List<String> names = new ArrayList<>();
        for (Object constant : type.getEnumConstants()) {
            String name = ((Enum<?>) constant).name();
            if (name.equals(json.string())) {
                return constant;
            }
            names.add(name);
        }
        throw json.wrong("one of " + names);
    }
}
