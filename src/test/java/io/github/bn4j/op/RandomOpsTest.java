package io.github.bn4j.op;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.github.bn4j.check.GradientCheck;
import io.github.bn4j.check.OpCheck;
import io.github.bn4j.graph.Op;
import io.github.bn4j.graph.Shape;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradients and shift claims of every op, over random hyper-parameters and shapes. */
class RandomOpsTest {

    private static final int DRAWS = 20;

    /** An op without a generator in {@link RandomOps} is found here. */
    @Test
    void drawsEveryOp() {
        List<String> ops = new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.github.bn4j.op", "io.github.bn4j.graph")
                        .stream()
                        .filter(type -> type.isAssignableTo(Op.class) && !type.isInterface())
                        .map(JavaClass::getName)
                        .toList();

        assertThat(ops).hasSizeGreaterThan(20);
        assertThat(RandomOps.GENERATORS.keySet().stream().map(Class::getName)).containsExactlyInAnyOrderElementsOf(ops);
    }

    static Stream<Class<? extends Op>> ops() {
        return RandomOps.GENERATORS.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("ops")
    void hasTheGradientOfCentralDifferences(Class<? extends Op> op) {
        for (int seed = 0; seed < DRAWS; seed++) {
            Random random = new Random(seed);
            RandomOps.Problem problem = RandomOps.draw(RandomOps.GENERATORS.get(op), random);
            int batch = batch(problem, random);
            double error = problem.states().isEmpty()
                    ? GradientCheck.largestError(problem.op(), problem.inputs(), problem.weights(), batch, seed)
                    : withStates(problem, batch, seed);
            assertThat(error).as("%s, batch %s, seed %s", problem, batch, seed).isLessThanOrEqualTo(1e-6);
        }
    }

    private static double withStates(RandomOps.Problem problem, int batch, long seed) {
        Shape input = problem.inputs().get(0);
        return GradientCheck.largestError((scope, x) -> problem.apply(scope, List.of(x)), input, batch, seed);
    }

    @ParameterizedTest
    @MethodSource("ops")
    void tellsTheTruthAboutShifts(Class<? extends Op> op) {
        for (int seed = 0; seed < DRAWS; seed++) {
            Random random = new Random(1000 + seed);
            RandomOps.Problem problem = RandomOps.draw(RandomOps.GENERATORS.get(op), random);
            int batch = batch(problem, random);
            assertThat(OpCheck.violations(problem.op(), problem.inputs(), problem.parameters(), batch, seed))
                    .as("%s, batch %s, seed %s", problem, batch, seed)
                    .isEmpty();
        }
    }

    // Statistics of a batch need more than one value per channel, and are steeper than differences can follow with two.
    private static int batch(RandomOps.Problem problem, Random random) {
        return problem.op() instanceof BatchNormalization ? 3 + random.nextInt(2) : 1 + random.nextInt(3);
    }

    @Test
    void drawsManyDifferentProblems() {
        String few = RandomOps.GENERATORS.entrySet().stream()
                .filter(entry -> Stream.iterate(0, seed -> seed + 1)
                                .limit(DRAWS)
                                .map(seed -> RandomOps.draw(entry.getValue(), new Random(seed)))
                                .distinct()
                                .count()
                        < 6)
                .map(entry -> entry.getKey().getSimpleName())
                .collect(Collectors.joining(", "));
        assertThat(few).isEmpty();
    }
}
