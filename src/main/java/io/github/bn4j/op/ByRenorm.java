package io.github.bn4j.op;

import static io.github.bn4j.op.Channels.row;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.RunningAverages;
import io.github.bn4j.graph.Statistics;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Normalises by the batch, corrected towards the running averages; see {@link Statistics#renorm}. */
record ByRenorm(double epsilon, RunningAverages averages, Statistics.Renorm largest) implements Normalizer {

    @Override
    public INDArray forward(INDArray x, Call call) {
        BatchMoments moments = BatchMoments.of(x, Weights.of(call)).merged(call);
        INDArray inverse = Normalizer.inverse(moments.variance(), epsilon);
        INDArray runningInverse = Normalizer.inverse(call.parameter(RunningAverages.VARIANCE), epsilon);
        INDArray r = clip(runningInverse.div(inverse), 1 / largest.maxScale(), largest.maxScale());
        INDArray d = clip(
                moments.mean().sub(call.parameter(RunningAverages.MEAN)).muli(runningInverse),
                -largest.maxShift(),
                largest.maxShift());
        INDArray normalised = moments.centred().muli(row(inverse));
        call.keep(normalised, inverse, r, d);
        Normalizer.report(moments, averages, call);
        return corrected(normalised, r, d);
    }

    @Override
    public INDArray output(Call call) {
        return corrected(call.kept(0), call.kept(2), call.kept(3));
    }

    @Override
    public INDArray backward(Call call, INDArray dNormalised) {
        return BatchMoments.backward(
                call, dNormalised.muli(row(call.kept(2))), call.kept(0), call.kept(1), Weights.of(call));
    }

    private static INDArray corrected(INDArray normalised, INDArray r, INDArray d) {
        return normalised.mul(row(r)).addi(row(d));
    }

    private static INDArray clip(INDArray values, double low, double high) {
        return Transforms.max(Transforms.min(values, high, false), low, false);
    }
}
