package io.github.bn4j.checkpoint;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.graph.Formerly;
import io.github.bn4j.graph.Shape;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The record that a JSON object describes; what {@link RecordWriter} wrote. */
final class RecordReader {

    private final TypeNames names;

    RecordReader(TypeNames names) {
        this.names = names;
    }

    /** A record of the given class, whichever of its forms the file has. */
    Object read(Json fields, Class<?> type) {
        Set<String> members = fields.members().keySet();
        Form form = Form.of(type, members);
        // First, because a newer form has members that are not known, and lacks others that are.
        if (!form.knows(members)) {
            throw fields.unknown("nothing but " + form.names());
        }
        Set<String> read = new HashSet<>();
        List<Object> values = new ArrayList<>();
        for (Form.Part part : form.parts()) {
            Optional<String> name =
                    part.names().stream().filter(members::contains).findFirst();
            if (name.isEmpty() && part.otherwise() != null) {
                values.add(otherwise(part, part.otherwise(), type, fields.source()));
            } else {
                String there = name.orElse(part.name());
                values.add(value(fields.at(there), part.type()));
                read.add(there);
            }
        }
        if (!read.equals(members)) {
            throw fields.unknown("nothing but " + form.names());
        }
        return make(form, values.toArray(), type, fields);
    }

    private Object otherwise(Form.Part part, String text, Class<?> type, FileSource source) {
        try {
            return value(Json.parse(text, part.name(), source), part.type());
        } catch (CheckpointException e) {
            throw new CheckpointException(
                    "Network.load expects a default value of " + part.name() + " of " + type.getName()
                            + " as a file would hold it but got \"" + text + "\"; correct its DefaultValue",
                    e);
        }
    }

    private static Object make(Form form, Object[] values, Class<?> type, Json fields) {
        try {
            Object made = form.make(values);
            if (type.isInstance(made)) {
                return made;
            }
            throw new CheckpointException("Network.load expects a " + type.getName() + " from \"" + form.maker()
                    + "\" but got " + made + "; return one");
        } catch (InvocationTargetException e) {
            Throwable refusal = requireNonNull(e.getCause());
            throw fields.source()
                    .damaged(
                            "components that " + type.getSimpleName() + " accepts as " + fields.where(),
                            "\"" + refusal.getMessage() + "\"",
                            refusal);
        } catch (ReflectiveOperationException | InaccessibleObjectException e) {
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
            if (name.equals(json.string()) || former(type, name).contains(json.string())) {
                return constant;
            }
            names.add(name);
        }
        throw json.unknown("one of " + names);
    }

    private static List<String> former(Class<?> type, String constant) {
        try {
            Formerly formerly = type.getField(constant).getAnnotation(Formerly.class);
            return formerly == null ? List.of() : List.of(formerly.value());
        } catch (NoSuchFieldException e) {
            throw new AssertionError(e);
        }
    }
}
