package io.github.bn4j.engine.onednn.internal.lowering;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;
import static org.bytedeco.dnnl.global.dnnl.dnnl_binary_add;

import io.github.bn4j.ChildProcess;
import io.github.bn4j.GraphBuilder;
import io.github.bn4j.Network;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.NeedsOneDnn;
import io.github.bn4j.engine.onednn.EngineComparison;
import io.github.bn4j.engine.onednn.EngineComparison.Difference;
import io.github.bn4j.engine.onednn.internal.binding.Attributes;
import io.github.bn4j.engine.onednn.internal.binding.ChannelOrder;
import io.github.bn4j.engine.onednn.internal.binding.ElementType;
import io.github.bn4j.engine.onednn.internal.binding.Layout;
import io.github.bn4j.engine.onednn.internal.binding.Operations;
import io.github.bn4j.engine.onednn.internal.binding.Resources;
import io.github.bn4j.engine.onednn.internal.plan.Buffer;
import io.github.bn4j.engine.onednn.internal.plan.Plan;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Value;
import io.github.bn4j.layer.Conv2d;
import io.github.bn4j.layer.Padding;
import io.github.bn4j.layer.Relu;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A sum and the ReLU behind it, at every remainder of channels; docs/decisions/0012 says what went wrong there. */
@NeedsOneDnn
class SumsWithReluTest {

    private static final double BOUND = 2e-5;
    private static final int GUARD = 4096;
    private static final float UNTOUCHED = 777;

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void agreeWithFloat64(int batch) {
        assertThat(wrongNetworks(batch)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"AVX2", "SSE41"})
    void agreeWithFloat64OnOtherProcessors(String instructions) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                ChildProcess.program("java"), "-cp", ChildProcess.CLASS_PATH, WrongSums.class.getName());
        builder.environment().put("DNNL_MAX_CPU_ISA", instructions);
        assertThat(ChildProcess.run(0, folder, builder)).contains("wrong: [] []");
    }

    /** What the post-operation is used for is right, in every layout, in place or not, and stays within its memory. */
    @Test
    void areRightWhereTheyTakeAPostOperation() {
        assertThat(wrongPrimitives()).isEmpty();
    }

    /** For a process of its own. */
    static final class WrongSums {
        private WrongSums() {}

        public static void main(String[] args) {
            ChildProcess.print("wrong: " + wrongNetworks(3) + " " + wrongPrimitives());
        }
    }

    private static List<String> wrongNetworks(int batch) {
        List<String> wrong = new ArrayList<>();
        for (int channels = 1; channels <= 49; channels += channels < 17 ? 1 : 4) {
            GraphBuilder g = new GraphBuilder();
            Value x = g.call(Conv2d.of(channels, 3).padding(Padding.SAME), g.input("x", channels, 5, 7));
            Value y = g.call(new Relu(), g.add(x, g.call(Conv2d.of(channels, 1), x)));
            Network net = g.build(g.call(Conv2d.of(3, 1), y));
            Graph loss = EngineComparison.withLoss(net.graph());
            for (Difference difference : List.of(
                    compare(net.graph(), net, batch).prediction(),
                    compare(loss, net, batch).training())) {
                if (!(difference.error() <= BOUND)) {
                    wrong.add(channels + " channels: " + difference);
                }
            }
        }
        return wrong;
    }

    private static EngineComparison compare(Graph graph, Network net, int batch) {
        return new EngineComparison(graph, net.parameters(), Engine.oneDnn(), batch, batch);
    }

    private static List<String> wrongPrimitives() {
        List<String> wrong = new ArrayList<>();
        for (ChannelOrder order : EnumSet.complementOf(EnumSet.of(ChannelOrder.ANY))) {
            for (int channels = 1; channels <= 96; channels++) {
                if (!PostOperations.areSafeOnSums(Shape.of(channels, 5, 7))) {
                    continue;
                }
                for (int batch : new int[] {1, 2, 5}) {
                    for (boolean inPlace : new boolean[] {false, true}) {
                        if (!isRight(order, inPlace, batch, channels, 5, 7)) {
                            wrong.add("channels " + order + ", in place " + inPlace + ", " + batch + " × " + channels);
                        }
                    }
                }
            }
        }
        return wrong;
    }

    private static boolean isRight(ChannelOrder order, boolean inPlace, long... dims) {
        try (Resources resources = new Resources()) {
            Plan plan = new Plan(resources, false);
            Layout layout = Layout.images(resources, ElementType.FLOAT32, order, dims);
            int size = (int) (layout.bytes() / Float.BYTES);
            Buffer a = plan.plain(size + 2 * GUARD);
            Buffer b = plan.plain(size);
            Buffer y = inPlace ? a : plan.plain(size + 2 * GUARD);
            List.of(a, b, y).forEach(plan::keep);
            plan.run(
                    Operations.binary(resources, dnnl_binary_add, layout, layout, layout, Attributes.relu(resources)),
                    new Plan.Argument(DNNL_ARG_SRC_0, a.part(GUARD, layout)),
                    new Plan.Argument(DNNL_ARG_SRC_1, b.view(layout)),
                    new Plan.Argument(DNNL_ARG_DST, y.part(GUARD, layout)));
            plan.finish(bytes -> {});
            Random random = new Random(size);
            float[] sums = new float[size];
            fill(y.floats());
            for (int i = 0; i < size; i++) {
                float first = (float) random.nextGaussian();
                float second = (float) random.nextGaussian();
                a.floats().put(GUARD + i, first);
                b.floats().put(i, second);
                sums[i] = Math.max(0, first + second);
            }
            plan.run();
            return isRight(y.floats(), sums);
        }
    }

    private static void fill(FloatBuffer memory) {
        for (int i = 0; i < memory.limit(); i++) {
            memory.put(i, UNTOUCHED);
        }
    }

    /* Whole blocks have no padding, so each element in memory is one of the tensor. */
    private static boolean isRight(FloatBuffer memory, float[] expected) {
        for (int i = 0; i < GUARD; i++) {
            if (memory.get(i) != UNTOUCHED || memory.get(GUARD + expected.length + i) != UNTOUCHED) {
                return false;
            }
        }
        for (int i = 0; i < expected.length; i++) {
            if (memory.get(GUARD + i) != expected[i]) {
                return false;
            }
        }
        return true;
    }
}
