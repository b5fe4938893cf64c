package io.github.bn4j.engine.onednn.internal.lowering;

import io.github.bn4j.engine.onednn.internal.binding.ElementType;
import io.github.bn4j.engine.onednn.internal.binding.Primitive;
import io.github.bn4j.engine.onednn.internal.binding.UnsupportedByOneDnnException;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The passes of a linear map, all in one type. */
final class MixedCompilation {

    private MixedCompilation() {}

    /**
     * What is compiled in the type that is wanted, or in float32 if oneDNN has nothing but loops for the former.
     *
     * @param compilation compiles all passes in a type
     * @param hasLoops whether some pass of these is in loops
     */
    static <T> T inType(ElementType wanted, Function<ElementType, T> compilation, Predicate<T> hasLoops) {
        if (wanted != ElementType.FLOAT32) {
            try {
                T passes = compilation.apply(wanted);
                if (!hasLoops.test(passes)) {
                    return passes;
                }
            } catch (UnsupportedByOneDnnException inThatType) {
                // in float32 then
            }
        }
        return compilation.apply(ElementType.FLOAT32);
    }

    /** Whether one of some passes is in loops; null for one that is not needed. */
    static boolean haveLoops(@Nullable Primitive... passes) {
        return Arrays.stream(passes).anyMatch(pass -> pass != null && pass.isReference());
    }
}
