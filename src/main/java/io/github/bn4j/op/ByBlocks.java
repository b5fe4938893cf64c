package io.github.bn4j.op;

import static io.github.bn4j.op.Channels.examples;
import static io.github.bn4j.op.Channels.row;
import static java.util.Objects.requireNonNull;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.RunningAverages;
import io.github.bn4j.graph.Statistics;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Normalises each block of neighbouring examples by its own mean and variance: the whole batch, or ghost batches. */
record ByBlocks(double epsilon, RunningAverages averages, Statistics statistics) implements Normalizer {

    @Override
    public INDArray forward(INDArray x, Call call) {
        List<INDArray> kept = new ArrayList<>();
        INDArray normalised = x;
        INDArray mean = null;
        INDArray variance = null;
        double count = 0;
        List<long[]> blocks = blocks(x.size(0));
        INDArray whole = x;
        if (blocks.size() > 1) {
            whole = Views.readable(x);
            normalised = x.ulike();
        }
        Weights all = Weights.of(call);
        for (long[] block : blocks) {
            Weights weights = all.examples(block);
            BatchMoments moments =
                    BatchMoments.of(examples(whole, block), weights).merged(call);
            kept.add(Normalizer.inverse(moments.variance(), epsilon));
            INDArray values = moments.centred().muli(row(kept.get(kept.size() - 1)));
            if (blocks.size() == 1) {
                normalised = values;
            } else {
                examples(normalised, block).assign(values);
            }
            double share = blocks.size() == 1 ? 1 : weights.count() / all.count();
            mean = mean == null
                    ? moments.mean().mul(share)
                    : mean.addi(moments.mean().mul(share));
            variance = variance == null
                    ? moments.variance().mul(share)
                    : variance.addi(moments.variance().mul(share));
            count += moments.count() / blocks.size();
        }
        kept.add(0, normalised);
        call.keep(kept.toArray(INDArray[]::new));
        BatchMoments average = new BatchMoments(requireNonNull(mean), requireNonNull(variance), normalised, count);
        Normalizer.report(average, averages, call);
        return normalised;
    }

    @Override
    public INDArray backward(Call call, INDArray dNormalised) {
        INDArray normalised = call.kept(0);
        List<long[]> blocks = blocks(dNormalised.size(0));
        Weights weights = Weights.of(call);
        if (blocks.size() == 1) {
            return BatchMoments.backward(call, dNormalised, normalised, call.kept(1), weights);
        }
        INDArray dx = dNormalised.ulike();
        for (int i = 0; i < blocks.size(); i++) {
            long[] block = blocks.get(i);
            examples(dx, block)
                    .assign(BatchMoments.backward(
                            call,
                            examples(dNormalised, block),
                            examples(normalised, block),
                            call.kept(1 + i),
                            weights.examples(block)));
        }
        return dx;
    }

    /** First and last + 1 example of each; what is left over joins the last one. */
    private List<long[]> blocks(long batch) {
        long size = statistics.block(Math.toIntExact(batch));
        long count = batch / size;
        List<long[]> blocks = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            blocks.add(new long[] {i * size, i + 1 == count ? batch : (i + 1) * size});
        }
        return blocks;
    }
}
