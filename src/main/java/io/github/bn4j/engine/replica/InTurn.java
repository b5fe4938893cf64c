package io.github.bn4j.engine.replica;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One part after another, in the memory of one: what was computed up to a sum is computed again once the sum is known. */
final class InTurn implements Lockstep {

    /** Ends a run at a sum that is not known yet. */
    private static final class Unknown extends RuntimeException {

        private static final long serialVersionUID = 1;

        Unknown() {
            super("a sum that is not known yet", null, false, false);
        }
    }

    private final List<double[]> known = new ArrayList<>();

    @Override
    public boolean atOnce() {
        return false;
    }

    @Override
    public List<Replica.Result> run(List<Replica> parts, long seed, Consumer<Replica> done, INDArray... inputs) {
        known.clear();
        while (true) {
            List<Replica.Result> results = round(parts, seed, done, inputs);
            if (results.size() == parts.size()) {
                return results;
            }
            if (!results.isEmpty()) {
                throw new Rendezvous.Broken();
            }
        }
    }

    /** Learns one sum more; or, if all are known, gives the results. */
    private List<Replica.Result> round(List<Replica> parts, long seed, Consumer<Replica> done, INDArray... inputs) {
        List<Replica.Result> results = new ArrayList<>();
        List<double[]> missing = new ArrayList<>();
        for (Replica part : parts) {
            Iterator<double[]> sums = List.copyOf(known).iterator();
            try {
                results.add(part.step(own -> sums.hasNext() ? sums.next() : unknown(missing, own), seed, inputs));
                done.accept(part);
            } catch (Unknown stop) {
                // What it would have added is among the missing now.
            }
        }
        if (!missing.isEmpty()) {
            known.add(Rendezvous.added(missing));
        }
        return results;
    }

    private static double[] unknown(List<double[]> missing, double... own) {
        missing.add(own);
        throw new Unknown();
    }

    @Override
    public void close() {
        known.clear();
    }
}
