package io.github.bn4j.norm.internal;

import static java.util.Objects.requireNonNull;

import io.github.bn4j.engine.Binding;
import io.github.bn4j.engine.InferenceProgram;
import io.github.bn4j.engine.Model;
import io.github.bn4j.graph.Node;
import io.github.bn4j.graph.Value;
import io.github.bn4j.internal.Extremes;
import io.github.bn4j.internal.Moments;
import io.github.bn4j.internal.Outlier;
import io.github.bn4j.internal.Tensors;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Measures what comes to batch normalisations in prediction mode, batch by batch, so that memory does not grow with the data. What
 * several have measured of parts of the data can be {@linkplain Moments#add(double, double[], double[]) merged}.
 */
public final class NormMeasurement implements AutoCloseable {

    private final Model before;
    private final List<Moments> moments = new ArrayList<>();
    private final List<Moments> targets = new ArrayList<>();
    private final List<Boolean> weighted = new ArrayList<>();
    private final List<Extremes> extremes = new ArrayList<>();
    private final Map<Integer, InferenceProgram> programs = new LinkedHashMap<>();
    private final String who;
    private boolean watches;

    /**
     * One that has measured nothing yet.
     *
     * @param who who measures, for messages
     * @param model as it is while this measures
     * @param norms calls of batch normalisations; those in one list are measured together
     * @throws IllegalStateException if there is NaN or infinity among the parameters before them
     */
    public NormMeasurement(String who, Model model, Collection<List<Node>> norms) {
        this.who = who;
        Map<String, Value> wanted = new LinkedHashMap<>();
        for (List<Node> calls : norms) {
            Moments shared = new Moments((int) calls.get(0).output().shape().dim(0));
            moments.add(shared);
            for (Node call : calls) {
                call.inputs().forEach(value -> wanted.put(Integer.toString(wanted.size()), value));
                targets.add(shared);
                weighted.add(call.inputs().size() > 1);
                extremes.add(new Extremes(shared.channels()));
            }
        }
        before = model.yielding(wanted);
        if (!wanted.isEmpty()) {
            before.requireFinite(who);
        }
    }

    /** One of batch normalisations by the names of their running means. */
    public static NormMeasurement of(String who, Model model, List<String> runningMeans) {
        Map<String, List<Node>> all = NormCalls.of(model.graph());
        return new NormMeasurement(
                who,
                model,
                runningMeans.stream().map(name -> requireNonNull(all.get(name))).toList());
    }

    /**
     * Measures a batch.
     *
     * @param inputs an array {@code [rows, shape]} of finite numbers for each input by name. Not modified.
     */
    public void add(Map<String, INDArray> inputs) {
        if (targets.isEmpty()) {
            return;
        }
        DataType type = before.parameters().type();
        INDArray[] batch = Binding.ofData(who, before.graph().inputs(), inputs).values().stream()
                .map(array -> Tensors.dense(array, type))
                .toArray(INDArray[]::new);
        int rows = Math.toIntExact(batch[0].size(0));
        Iterator<INDArray> values =
                programs.computeIfAbsent(rows, before::inference).run(batch).iterator();
        for (int i = 0; i < targets.size(); i++) {
            INDArray own = values.next();
            if (watches && !weighted.get(i)) {
                extremes.get(i).add(own);
            }
            targets.get(i).add(own, weighted.get(i) ? values.next() : null);
        }
    }

    /** Looks from now on at single values too, but for those of which some count differently. */
    public NormMeasurement watchingValues() {
        watches = true;
        return this;
    }

    /** The values seen so far that stand for more than half of the variance, a list for each of them, in their order. */
    public List<List<Outlier>> outliers() {
        List<List<Outlier>> all = new ArrayList<>();
        for (Moments shared : moments) {
            List<Outlier> found = new ArrayList<>();
            for (int i = 0; i < targets.size(); i++) {
                if (targets.get(i) == shared) {
                    found.addAll(extremes.get(i).outliers(shared));
                }
            }
            all.add(found);
        }
        return all;
    }

    /** What has been measured so far of each of them, in their order. */
    public List<Moments> moments() {
        return moments;
    }

    @Override
    public void close() {
        programs.values().forEach(InferenceProgram::close);
        programs.clear();
    }
}
