package io.github.bn4j.op;

import static io.github.bn4j.op.Channels.row;

import io.github.bn4j.graph.Call;
import io.github.bn4j.graph.RunningAverages;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Normalises by the running averages; a training step may measure the batch besides. */
record ByRunning(double epsilon, RunningAverages averages) implements Normalizer {

    @Override
    public INDArray forward(INDArray x, Call call) {
        INDArray inverse = Normalizer.inverse(call.parameter(RunningAverages.VARIANCE), epsilon);
        INDArray normalised = x.sub(row(call.parameter(RunningAverages.MEAN))).muli(row(inverse));
        call.keep(normalised, inverse);
        if (call.training() && averages.update()) {
            Normalizer.report(BatchMoments.of(x, Weights.of(call)).merged(call), averages, call);
        }
        return normalised;
    }

    @Override
    public INDArray backward(Call call, INDArray dNormalised) {
        return dNormalised.muli(row(call.kept(1)));
    }
}
