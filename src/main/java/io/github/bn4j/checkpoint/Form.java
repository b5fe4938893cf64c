package io.github.bn4j.checkpoint;

import io.github.bn4j.graph.DefaultValue;
import io.github.bn4j.graph.FormerComponents;
import io.github.bn4j.graph.Formerly;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One of the ways in which files of any age tell a record.
 *
 * @param parts what the file holds of it
 * @param maker the constructor or static method that makes a record of the values of the parts
 */
record Form(List<Part> parts, Executable maker) {

    /**
     * One member of the JSON object.
     *
     * @param names its name, and those that it had in older files
     * @param type of its value
     * @param otherwise what it is where it is missing, as JSON; null if it must be there
     */
    record Part(List<String> names, Type type, @Nullable String otherwise) {

        /** Its name today. */
        String name() {
            return names.get(0);
        }
    }

    private static final ClassValue<Form> TODAY = new ClassValue<>() {
        @Override
        protected Form computeValue(Class<?> type) {
            return today(type);
        }
    };

    /** The form that an object with these members has: today's, unless it is exactly one of old. */
    static Form of(Class<?> type, Set<String> members) {
        Form today = TODAY.get(type);
        if (!today.isExactly(members)) {
            for (Method method : type.getDeclaredMethods()) {
                FormerComponents former = method.getAnnotation(FormerComponents.class);
                if (former != null && former(method, former).isExactly(members)) {
                    return former(method, former);
                }
            }
        }
        return today;
    }

    private boolean isExactly(Set<String> members) {
        return new HashSet<>(names()).equals(members);
    }

    /** Whether each of these is a name of a part, today's or a former one. */
    boolean knows(Set<String> members) {
        return members.stream()
                .allMatch(name -> parts.stream().anyMatch(part -> part.names().contains(name)));
    }

    /** The names of the parts. */
    List<String> names() {
        return parts.stream().map(Part::name).toList();
    }

    private static Form today(Class<?> type) {
        List<Part> parts = new ArrayList<>();
        List<Class<?>> types = new ArrayList<>();
        for (RecordComponent component : type.getRecordComponents()) {
            List<String> names = new ArrayList<>(List.of(component.getName()));
            Formerly formerly = component.getAnnotation(Formerly.class);
            if (formerly != null) {
                names.addAll(List.of(formerly.value()));
            }
            DefaultValue otherwise = component.getAnnotation(DefaultValue.class);
            parts.add(new Part(names, component.getGenericType(), otherwise == null ? null : otherwise.value()));
            types.add(component.getType());
        }
        try {
            return new Form(parts, type.getDeclaredConstructor(types.toArray(Class<?>[]::new)));
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e);
        }
    }

    private static Form former(Method method, FormerComponents former) {
        Type[] types = method.getGenericParameterTypes();
        if (!Modifier.isStatic(method.getModifiers()) || types.length != former.value().length) {
            throw new CheckpointException(
                    "Network.load expects a static method with parameters " + Arrays.toString(former.value())
                            + " but got \"" + method + "\"; correct it, or its FormerComponents");
        }
        List<Part> parts = new ArrayList<>();
        for (String name : former.value()) {
            parts.add(new Part(List.of(name), types[parts.size()], null));
        }
        return new Form(parts, method);
    }

    /**
     * The record.
     *
     * @throws InvocationTargetException if it refuses these values
     * @throws ReflectiveOperationException if it cannot be made at all
     */
    Object make(Object[] values) throws ReflectiveOperationException {
        maker.setAccessible(true);
        return maker instanceof Method method
                ? method.invoke(null, values)
                : ((Constructor<?>) maker).newInstance(values);
    }
}
