package io.github.bn4j.engine;

import io.github.bn4j.ChildProcess;
import java.util.List;
import java.util.stream.LongStream;

/** Started in a JVM of its own, with the instructions of another processor: holds oneDNN against float64 on many networks. */
final class CompareEngines {

    private CompareEngines() {}

    /**
     * Prints what differs, and what was compared. The exit status is 1 if something differs.
     *
     * @param arguments the first seed, how many, and whether in {@code mixed} precision
     */
    public static void main(String[] arguments) {
        long first = Long.parseLong(arguments[0]);
        boolean mixed = arguments.length > 2 && arguments[2].equals("mixed");
        List<Engine> engines = mixed ? inMixedPrecision() : oneDnn();
        Comparison comparison = new Comparison(mixed ? Accuracy.BFLOAT16 : Accuracy.FLOAT32, engines);
        comparison.run(LongStream.range(first, first + Long.parseLong(arguments[1])));
        comparison.failures().forEach(ChildProcess::print);
        ChildProcess.print(comparison + " on " + engines.get(0));
        if (!comparison.failures().isEmpty()) {
            System.exit(1);
        }
    }

    /** oneDNN on one thread and on two. */
    static List<Engine> oneDnn() {
        return List.of(
                Engine.oneDnn(OneDnnOptions.defaults().threads(1)),
                Engine.oneDnn(OneDnnOptions.defaults().threads(2)));
    }

    /** Such engines that multiply in bfloat16. */
    static List<Engine> inMixedPrecision() {
        return oneDnn().stream()
                .map(engine -> engine.precision(Precision.MIXED))
                .toList();
    }
}
