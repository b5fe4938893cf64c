package io.github.bn4j.engine.onednn;

import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.InferenceProgram;
import io.github.bn4j.engine.OneDnnOptions;
import io.github.bn4j.engine.Precision;
import io.github.bn4j.engine.ProgramRequirements;
import io.github.bn4j.engine.Shard;
import io.github.bn4j.engine.TrainingProgram;
import io.github.bn4j.engine.internal.StepSums;
import io.github.bn4j.engine.nd4j.Nd4jEngine;
import io.github.bn4j.engine.onednn.internal.binding.Native;
import io.github.bn4j.engine.onednn.internal.choice.ProgramSettings;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.HostMemory;
import io.github.bn4j.internal.OpenMp;
import java.util.Optional;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Compiles a graph to primitives of oneDNN, which work in layouts that suit the processor and share one piece of memory.
 * Float32 and values of at most 12 axes, with the batch: programs for others come from the ND4J engine. Thread-safe.
 *
 * <p>This is the one for oneDNN 2.5.2; on Arm, where oneDNN is version 3, another class of this name runs. {@link Engine#oneDnn} gives
 * the one that runs here.
 */
public final class OneDnnEngine implements Engine {

    /** The one with default options. */
    public static final OneDnnEngine INSTANCE = new OneDnnEngine(OneDnnOptions.defaults());

    private final OneDnnOptions options;
    private final ProgramSettings settings;

    private OneDnnEngine(OneDnnOptions options) {
        this.options = options;
        this.settings = ProgramSettings.of(options);
    }

    /**
     * An engine with some options, if it can run here.
     *
     * @throws IllegalStateException if it cannot
     * @throws IllegalArgumentException if there is a tuning file that is none, or its folder does not exist
     */
    public static OneDnnEngine require(OneDnnOptions options) {
        obstacle().ifPresent(reason -> {
            throw new IllegalStateException("oneDNN expects its natives and a processor that it is made for but got: "
                    + reason + "; use Engine.nd4j()");
        });
        options.precision().requireOn(INSTANCE);
        return options.equals(INSTANCE.options) ? INSTANCE : new OneDnnEngine(options);
    }

    /** How it runs. */
    public OneDnnOptions options() {
        return options;
    }

    /** Why it cannot run here; empty if it can. */
    public static Optional<String> obstacle() {
        return Availability.OBSTACLE;
    }

    private static final class Availability {
        static final Optional<String> OBSTACLE = find();

        private static Optional<String> find() {
            try {
                if (!HostMemory.holdsArrays()) {
                    return Optional.of("a backend of ND4J that keeps arrays on a device");
                }
                return Native.instructionSet().isPresent()
                        ? SelfCheck.obstacle(Precision.FULL)
                        : Optional.of("a processor without SSE4.1, for which it has slow loops only");
            } catch (LinkageError | RuntimeException missing) {
                Throwable cause = missing;
                while (cause.getCause() != null) {
                    cause = cause.getCause();
                }
                return Optional.of("its natives do not load (" + cause.getMessage() + ")");
            }
        }
    }

    private static boolean isForOneDnn(Graph graph, Parameters parameters) {
        return parameters.type() == DataType.FLOAT
                && Stream.concat(
                                graph.inputs().values().stream(),
                                graph.nodes().stream().map(Node::output))
                        .allMatch(value -> value.shape().rank() < Native.MOST_AXES);
    }

    @Override
    public TrainingProgram training(Graph graph, Parameters parameters, int batch, long seed) {
        ProgramRequirements.requireBatch(batch);
        return training(graph, parameters, Shard.whole(batch), seed);
    }

    @Override
    public TrainingProgram training(Graph graph, Parameters parameters, Shard shard, long seed) {
        return isForOneDnn(graph, parameters)
                ? StepSums.guarded(shard, () -> new OneDnnTraining(graph, parameters, shard, seed, settings))
                : Nd4jEngine.INSTANCE.training(graph, parameters, shard, seed);
    }

    @Override
    public InferenceProgram inference(Graph graph, Parameters parameters, int batch) {
        if (!isForOneDnn(graph, parameters)) {
            return Nd4jEngine.INSTANCE.inference(graph, parameters, batch);
        }
        ProgramRequirements.requireBatch(batch);
        return new OneDnnInference(graph, parameters, batch, settings);
    }

    @Override
    public Precision precision() {
        return options.precision();
    }

    @Override
    public Optional<String> obstacle(Precision precision) {
        return precision.mixed() ? MixedAvailability.OBSTACLE : Optional.empty();
    }

    private static final class MixedAvailability {
        static final Optional<String> OBSTACLE = Native.multipliesBfloat16()
                ? SelfCheck.obstacle(Precision.MIXED)
                : Optional.of(
                        "a processor with neither AVX512_BF16 nor AMX, on which bfloat16 takes longer than float32");
    }

    @Override
    public Engine precision(Precision precision) {
        checkGiven(precision, "Engine.precision", "a Precision");
        return require(options.precision(precision));
    }

    @Override
    public String name() {
        return "oneDNN";
    }

    @Override
    public String toString() {
        return name() + Native.instructionSet().map(set -> " with " + set).orElse("") + " on "
                + onThreads(options.threads(), OpenMp.IS_ONEDNNS)
                + (options.tuned() ? ", tuned" : "")
                + (options.precision().mixed() ? ", " + options.precision() : "")
                + SelfCheck.note(System.getProperty("os.name", ""), System.getProperty("os.arch", ""));
    }

    static String onThreads(int threads, boolean countsForOneDnn) {
        if (!countsForOneDnn) {
            return "the threads of its own OpenMP";
        }
        return threads == 1 ? "1 thread" : threads + " threads";
    }
}
