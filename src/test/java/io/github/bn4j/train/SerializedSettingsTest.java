package io.github.bn4j.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bn4j.Bits;
import io.github.bn4j.Network;
import io.github.bn4j.data.Augmentation;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.data.Digits;
import io.github.bn4j.data.Sampling;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is said of a training travels to other processes by Java's serialization. */
class SerializedSettingsTest {

    private static final Dataset DATA = Digits.load().slice(0, 40);

    private static final List<Class<?>> OPTIMIZERS = List.of(
            Sgd.class,
            Adam.class,
            AdamW.class,
            AmsGrad.class,
            NAdam.class,
            RmsProp.class,
            AdaGrad.class,
            Adadelta.class,
            Lion.class,
            Lamb.class,
            Lars.class,
            Muon.class);

    /** What the static methods of a type make of plain arguments. */
    private static List<Object> made(Class<?> type) throws ReflectiveOperationException {
        List<Object> made = new ArrayList<>();
        for (Method method : type.getDeclaredMethods()) {
            if (Modifier.isStatic(method.getModifiers())
                    && Modifier.isPublic(method.getModifiers())
                    && !method.isSynthetic()
                    && method.getParameterCount() < 3
                    && type.isAssignableFrom(method.getReturnType())) {
                made.add(made(method));
            }
        }
        assertThat(made).as("%s", type).isNotEmpty();
        return made;
    }

    private static Object made(Method method) throws ReflectiveOperationException {
        try {
            return method.invoke(null, arguments(method, 0.5));
        } catch (InvocationTargetException tooSmall) {
            return method.invoke(null, arguments(method, 2));
        }
    }

    private static Object[] arguments(Method method, double number) {
        return Arrays.stream(method.getParameterTypes())
                .map(type -> argument(type, number))
                .toArray();
    }

    private static Object argument(Class<?> type, double number) {
        if (type == int.class) {
            return 1;
        }
        if (type == long.class) {
            return 2L;
        }
        if (type == double.class) {
            return number;
        }
        if (type == double[].class) {
            return new double[] {number};
        }
        if (type == long[].class) {
            return new long[] {3};
        }
        return new Augmentation[] {Augmentation.flip()};
    }

    @Test
    void everyBuiltInSettingArrivesAsItWas() throws ReflectiveOperationException {
        List<Object> all = new ArrayList<>();
        for (Class<?> type : List.of(
                Loss.class,
                Schedule.class,
                Metric.class,
                GradientChange.class,
                Augmentation.class,
                Sampling.class,
                Averaging.class,
                EarlyStopping.class,
                KeepBest.class)) {
            if (type == EarlyStopping.class) {
                all.add(EarlyStopping.on("f1").patience(3));
            } else if (type == KeepBest.class) {
                all.add(KeepBest.by("f1"));
            } else {
                all.addAll(made(type));
            }
        }
        for (Class<?> type : OPTIMIZERS) {
            all.add(made(type).get(0));
        }
        all.add(Metric.f1().micro());
        all.add(Metric.f1().ofClass(2));
        all.add(Loss.softmaxCrossEntropy().ignoring(3).classWeights(1, 2).labelSmoothing(0.1));
        all.add(Loss.focal().withoutAlpha());
        all.add(Loss.meanSquaredError().forTask(Task.REGRESSION));
        all.add(Schedule.cosine().warmup(0.1));
        all.add(Schedule.oneCycle(0.3, 25, 1e4));
        for (Object each : all) {
            Object arrived = SharedRuns.copy(each);
            assertThat(arrived.getClass()).isEqualTo(each.getClass());
            assertThat(arrived.toString()).isEqualTo(each.toString());
        }
        assertThat(all).hasSizeGreaterThan(60);
    }

    @Test
    void dataArriveAsTheyWere() {
        double[] weights = new double[40];
        Arrays.setAll(weights, row -> row);
        Dataset named = DATA.classNames(List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"))
                .weights(weights);
        Dataset arrived = SharedRuns.copy(named);
        Bits.assertSame(arrived.features(), named.features());
        Bits.assertSame(arrived.labels(), named.labels());
        assertThat(arrived.classNames()).isEqualTo(named.classNames());
        assertThat(arrived.labelKinds()).isEqualTo(named.labelKinds());
        assertThat(arrived.weights().orElseThrow()).containsExactly(weights);
    }

    @Test
    void settingsOfYourOwnTravelAsLambdas() {
        double steepness = 2;
        Schedule schedule = at -> 1 / (1 + steepness * at.share());
        Schedule arrived = SharedRuns.copy(schedule);
        TrainingProgress half = new TrainingProgress(5, 10, 0, 1, new History(List.of()));
        assertThat(arrived.factor(half)).isEqualTo(schedule.factor(half));
    }

    @Test
    void whatCannotTravelIsNamedBeforeAnythingIsTrained() {
        Thread held = Thread.currentThread();
        GradientChange change = parameters -> held.isInterrupted();
        Trainer trainer = Network.input(1, 8, 8)
                .flatten()
                .dense(10)
                .build(42)
                .trainer()
                .loss(Loss.softmaxCrossEntropy())
                .changeGradients(change);
        assertThatThrownBy(() -> SharedTraining.of(trainer, SharedData.of(40, DATA)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "SharedTraining expects settings that can be serialized, as they go to other processes, but got"
                                + " java.lang.Thread in gradients [a lambda]; let that class implement Serializable, or do without it");
    }

    @Test
    void examplesHaveTheirNumbersInEitherPrecision() {
        SharedExample single = SharedRuns.copy(SharedExample.of(3, new float[] {1, 0.1f}, new float[] {2}));
        SharedExample twice = SharedRuns.copy(SharedExample.of(3, new double[] {1, 0.1}, new double[] {2}));
        assertThat(single.row()).isEqualTo(3);
        assertThat(single.arrays()).isEqualTo(2);
        assertThat(single.values(0)).containsExactly(1, 0.1f);
        assertThat(twice.values(0)).containsExactly(1, 0.1);
        assertThat(single).hasToString("SharedExample[row 3, 2 arrays]");
    }
}
