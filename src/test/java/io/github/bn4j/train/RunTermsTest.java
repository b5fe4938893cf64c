package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What a run follows from. */
class RunTermsTest {

    /** Settings that say when a run ends, where files go, or what is among the terms in another way. */
    private static final Set<String> NO_TERMS =
            Set.of("epochs", "maxSteps", "maxTime", "checkpoints", "bestPath", "seed", "usual", "notices");

    private static final Map<String, String> WORDS = Map.of(
            "changes", "gradients",
            "accumulation", "steps of",
            "augmentation", "augment",
            "averaging", "averageWeights",
            "best", "keepBest",
            "stopping", "stopEarly");

    @Test
    void areAllSettingsThatStepsFollowFrom() {
        Set<String> settings = Arrays.stream(Settings.class.getDeclaredFields())
                .filter(field -> !field.isSynthetic() && !Modifier.isStatic(field.getModifiers()))
                .map(Field::getName)
                .filter(name -> !NO_TERMS.contains(name))
                .map(name -> WORDS.getOrDefault(name, name))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(new Settings().terms()).containsOnlyKeys(settings);
    }

    private static final class Nameless {}

    @Test
    void sayNothingThatIsAnotherInEachProcess() {
        Schedule lambda = at -> 1;
        GradientChange reference = RunTermsTest::unchanged;
        assertThat(RunTerms.lasting(lambda.warmupSteps(3))).isEqualTo("a lambda.warmupSteps(3)");
        assertThat(RunTerms.lasting(Map.of("change", reference))).isEqualTo("{change=a lambda}");
        assertThat(RunTerms.lasting(new Nameless())).isEqualTo(Nameless.class.getName());
        assertThat(RunTerms.lasting(Adam.of(1e-3))).isEqualTo(Adam.of(1e-3).toString());
    }

    private static void unchanged(io.github.bn4j.graph.Parameters parameters) {}
}
