package io.github.bn4j.engine.onednn.internal.lowering;

import static java.util.Objects.requireNonNull;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DIFF_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_MEAN;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_VARIANCE;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_WORKSPACE;

import io.github.bn4j.engine.BatchStatistics;
import io.github.bn4j.engine.onednn.internal.binding.ChannelOrder;
import io.github.bn4j.engine.onednn.internal.binding.ElementType;
import io.github.bn4j.engine.onednn.internal.binding.Layout;
import io.github.bn4j.engine.onednn.internal.binding.Normalization;
import io.github.bn4j.engine.onednn.internal.binding.Normalization.Affine;
import io.github.bn4j.engine.onednn.internal.binding.Operations;
import io.github.bn4j.engine.onednn.internal.binding.Primitive;
import io.github.bn4j.engine.onednn.internal.binding.UnsupportedByOneDnnException;
import io.github.bn4j.engine.onednn.internal.plan.Buffer;
import io.github.bn4j.engine.onednn.internal.plan.Plan;
import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.RunningAverages;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.op.BatchNormalization;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Batch normalisation with the ReLU behind it, by the statistics of the batch or the running ones. Ghost batches, renorm,
 * weights, and running statistics that are updated all the same are left to reference arithmetic.
 */
final class BatchNormalizations implements Lowering.Backward {

    /** Distance of a mean from 0, in deviations, from which on it is measured exactly. */
    private static final float FAR = 16;

    /** Blocks of sixteen are half empty with no more. */
    private static final int FEW_CHANNELS = 8;

    private static final long WORTH_A_COPY = 1 << 16;

    private final FusedCall call;
    private final Compiler compiler;
    private final BatchNormalization op;
    private final int channels;
    private final Buffer x;
    private final Buffer mean;
    private final Buffer variance;
    private final @Nullable Buffer scaleShift;
    private final @Nullable Primitive backward;
    private final boolean measures;
    private final double[] centre;
    private final double[] inverse;
    private final double count;
    private @Nullable Buffer workspace;
    private boolean isFar;

    static Lowering.Backward lower(FusedCall call, Compiler compiler) {
        BatchNormalization op = (BatchNormalization) call.op();
        boolean running = !compiler.training() || op.statistics().areRunning();
        if (!running && !(op.statistics() instanceof Statistics.Batch)) {
            throw new UnsupportedByOneDnnException("statistics " + op.statistics());
        }
        if (running && compiler.training() && op.averages().update()) {
            throw new UnsupportedByOneDnnException("running statistics that are measured besides");
        }
        if (!running && call.node().inputs().size() > 1) {
            throw new UnsupportedByOneDnnException("weighted statistics");
        }
        return SmallBatchNormalization.takes(call, compiler)
                ? new SmallBatchNormalization(call, compiler)
                : new BatchNormalizations(call, compiler, op, running);
    }

    private BatchNormalizations(FusedCall call, Compiler compiler, BatchNormalization op, boolean running) {
        this.call = call;
        this.compiler = compiler;
        this.op = op;
        channels = (int) call.output().shape().dim(0);
        measures = !running;
        centre = new double[channels];
        inverse = new double[channels];
        boolean shares = measures && compiler.sharesStatistics();
        Normalization how = new Normalization(
                compiler.training(),
                (float) op.epsilon(),
                running || shares,
                op.scale() || op.shift() || shares,
                call.activation() != null);
        x = source(how, shares);
        Primitive forward = forward(x.layout, how);
        boolean trains = call.node().parameters().stream().anyMatch(Parameter::trainable);
        backward = compiler.training() && (trains || compiler.wantsGradient(call.input(0)))
                ? Operations.normalizationBackward(compiler.resources(), how, x.layout, forward)
                : null;
        if (running) {
            mean = compiler.parameter(call.node().parameter(RunningAverages.MEAN));
            variance = compiler.parameter(call.node().parameter(RunningAverages.VARIANCE));
            count = 0;
        } else {
            BatchStatistics measured = compiler.measure(call.node());
            mean = compiler.external(measured.mean());
            variance = compiler.external(measured.variance());
            count = measured.count();
        }
        scaleShift = op.scale() || op.shift() || shares ? scaleShift() : null;
        Buffer y = compiler.plan().buffer(x.layout);
        if (forward.workspace().bytes() > 0) {
            workspace = compiler.plan().buffer(forward.workspace());
        }
        if (shares) {
            emitForward(forward, measureAll(), y);
        } else {
            emitForward(forward, scaleShift, y);
        }
        if (!running && !shares && x.layout.type() == ElementType.FLOAT32) {
            Primitive byMeasured = forward(x.layout, how.byGiven());
            boolean known = ChannelRuns.of(compiler.resources(), x.layout).isPresent();
            Buffer values = known ? x : compiler.plain(x);
            ChannelRuns where =
                    ChannelRuns.of(compiler.resources(), values.layout).orElseThrow();
            EqualValues equal = new EqualValues(where);
            ChannelMoments moments = new ChannelMoments(where);
            compiler.plan()
                    .runIf(
                            () -> isInexact(equal, values),
                            () -> emitForward(byMeasured, measureExactly(moments, values), y));
        }
        compiler.define(call.output(), asValue(y));
    }

    /* Large images and sequences in an order that oneDNN has no vectors for are copied to blocks of channels, which take a tenth of the time; others
     * stay, unless there are only loops for them. */
    private Buffer source(Normalization how, boolean measuredHere) {
        Buffer given = images(measuredHere ? compiler.float32(call.input(0)) : compiler.value(call.input(0)));
        long[] dims = given.layout.dims();
        boolean large = channels > FEW_CHANNELS && given.layout.elements() >= WORTH_A_COPY;
        if (dims.length == 4 && large && !hasVectors(given.layout, how)) {
            for (ChannelOrder order : List.of(ChannelOrder.IN_SIXTEENS, ChannelOrder.IN_EIGHTS)) {
                Layout blocks = Layout.images(compiler.resources(), given.layout.type(), order, dims);
                if (hasVectors(blocks, how)) {
                    Layout ofValue = OneRow.values(compiler, blocks, compiler.dims(call.input(0)));
                    return images(compiler.value(call.input(0), ofValue));
                }
            }
        }
        boolean known = !measuredHere
                || ChannelRuns.of(compiler.resources(), given.layout).isPresent();
        return !known || forward(given.layout, how).isReference() ? images(compiler.plain(call.input(0))) : given;
    }

    private boolean hasVectors(Layout layout, Normalization how) {
        return forward(layout, how).implementation().contains("jit");
    }

    private Buffer images(Buffer values) {
        return OneRow.images(compiler, values);
    }

    private Buffer asValue(Buffer images) {
        return OneRow.values(compiler, images, compiler.dims(call.output()));
    }

    private Primitive forward(Layout layout, Normalization how) {
        return Operations.normalization(compiler.resources(), how, layout);
    }

    /* oneDNN sums in float32. Equal values are all rounded alike, and where a channel lies far from 0 in units of its deviation,
     * any rounding counts, so that mean and variance are measured again then. What float32 leaves of a mean far from 0, times the
     * gradient by beta, is missing in the gradients that oneDNN computes, so these are computed in double precision as well. */
    private boolean isInexact(EqualValues equal, Buffer values) {
        isFar = isFar();
        return isFar || equal.in(values.floats());
    }

    private boolean isFar() {
        FloatBuffer middle = mean.floats();
        FloatBuffer spread = variance.floats();
        for (int c = 0; c < channels; c++) {
            if (middle.get(c) * middle.get(c) > FAR * FAR * (spread.get(c) + op.epsilon())) {
                return true;
            }
        }
        return false;
    }

    /** Measures mean and variance, and yields a scale and shift that takes in what a mean in float32 leaves. */
    private Buffer measureExactly(ChannelMoments moments, Buffer values) {
        Buffer corrected = compiler.plan().plain(2, channels);
        Buffer[] touched =
                scaleShift == null ? new Buffer[] {values, corrected} : new Buffer[] {values, corrected, scaleShift};
        compiler.plan().run(() -> measureExactly(moments, values.floats(), corrected.floats()), touched);
        return corrected;
    }

    private void measureExactly(ChannelMoments moments, FloatBuffer values, FloatBuffer corrected) {
        moments.measure(values, mean.floats(), channels);
        double[] variances = new double[channels];
        for (int c = 0; c < channels; c++) {
            centre[c] = moments.mean(c);
            variances[c] = moments.variance(c);
        }
        normaliseBy(variances, corrected);
    }

    private void normaliseBy(double[] variances, FloatBuffer corrected) {
        for (int c = 0; c < channels; c++) {
            inverse[c] = 1 / Math.sqrt(variances[c] + op.epsilon());
            float scale = scale(c);
            double rest = (centre[c] - (float) centre[c]) * inverse[c];
            mean.floats().put(c, (float) centre[c]);
            variance.floats().put(c, (float) variances[c]);
            corrected.put(c, scale);
            corrected.put(channels + c, (float) (shift(c) - scale * rest));
        }
    }

    /** Measures mean and variance here and elsewhere, and yields such a scale and shift. */
    private Buffer measureAll() {
        ChannelRuns where = ChannelRuns.of(compiler.resources(), x.layout).orElseThrow();
        ChannelMoments own = new ChannelMoments(where);
        MergedMoments all = new MergedMoments(
                compiler,
                compiler.parameter(call.node().parameter(RunningAverages.MEAN)),
                op.epsilon(),
                where.count(),
                count);
        Buffer corrected = compiler.plan().plain(2, channels);
        compiler.plan()
                .run(
                        () -> {
                            own.measure(x.floats(), all.points(), channels);
                            double[] variances = new double[channels];
                            for (int c = 0; c < channels; c++) {
                                centre[c] = own.mean(c);
                                variances[c] = own.variance(c);
                            }
                            all.merge(centre, variances);
                            normaliseBy(variances, corrected.floats());
                            isFar = isFar();
                        },
                        x,
                        corrected,
                        requireNonNull(scaleShift, "scale and shift"));
        return corrected;
    }

    private float scale(int channel) {
        return scaleShift == null ? 1 : scaleShift.floats().get(channel);
    }

    private float shift(int channel) {
        return scaleShift == null ? 0 : scaleShift.floats().get(channels + channel);
    }

    /** Gamma and beta one after the other, as oneDNN wants them; 1 and 0 where there is none. */
    private Buffer scaleShift() {
        Buffer both = compiler.plan().plain(2, channels);
        @Nullable Buffer gamma = call.node().scale().map(compiler::parameter).orElse(null);
        @Nullable Buffer beta = call.node().shift().map(compiler::parameter).orElse(null);
        compiler.plan()
                .run(
                        () -> {
                            FloatBuffer target = both.floats();
                            for (int c = 0; c < channels; c++) {
                                target.put(c, gamma == null ? 1 : gamma.floats().get(c));
                                target.put(
                                        channels + c,
                                        beta == null ? 0 : beta.floats().get(c));
                            }
                        },
                        both);
        return both;
    }

    private void emitForward(Primitive forward, @Nullable Buffer affine, Buffer y) {
        List<Plan.Argument> arguments = new ArrayList<>();
        arguments.add(new Plan.Argument(DNNL_ARG_SRC, x));
        arguments.add(new Plan.Argument(DNNL_ARG_MEAN, mean));
        arguments.add(new Plan.Argument(DNNL_ARG_VARIANCE, variance));
        if (affine != null) {
            arguments.addAll(rows(Operations.SCALE_AND_SHIFT, affine));
        }
        if (workspace != null) {
            arguments.add(new Plan.Argument(DNNL_ARG_WORKSPACE, workspace));
        }
        arguments.add(new Plan.Argument(DNNL_ARG_DST, y));
        compiler.plan().run(forward, arguments.toArray(Plan.Argument[]::new));
    }

    /* A matrix of scale and shift, as the arguments that oneDNN takes it in. */
    private List<Plan.Argument> rows(List<Affine> asked, Buffer both) {
        Layout row = Layout.plain(compiler.resources(), channels);
        return asked.stream()
                .map(rows -> new Plan.Argument(
                        rows.number(), rows.count() == 2 ? both : both.part((long) rows.first() * channels, row)))
                .toList();
    }

    @Override
    public void lower(Buffer gradient) {
        if (backward == null) {
            return;
        }
        Buffer dy = compiler.in(images(gradient), x.layout);
        Buffer dx = compiler.plan().over(dy);
        List<Plan.Argument> arguments = new ArrayList<>();
        arguments.add(new Plan.Argument(DNNL_ARG_SRC, x));
        arguments.add(new Plan.Argument(DNNL_ARG_MEAN, mean));
        arguments.add(new Plan.Argument(DNNL_ARG_VARIANCE, variance));
        arguments.add(new Plan.Argument(DNNL_ARG_DIFF_DST, dy));
        arguments.add(new Plan.Argument(DNNL_ARG_DIFF_SRC, dx));
        if (workspace != null) {
            arguments.add(new Plan.Argument(DNNL_ARG_WORKSPACE, workspace));
        }
        Buffer gradients = null;
        if (scaleShift != null) {
            arguments.addAll(rows(Operations.SCALE_AND_SHIFT_BACKWARD, scaleShift));
            gradients = compiler.plan().plain(2, channels);
            arguments.addAll(rows(Operations.SCALE_AND_SHIFT_GRADIENTS, gradients));
        }
        Primitive usual = backward;
        Buffer affine = gradients;
        Runnable primitive = () -> {
            compiler.plan().run(usual, arguments.toArray(Plan.Argument[]::new));
            if (measures && compiler.sharesStatistics()) {
                takeMeans(dx, requireNonNull(affine, "sums"));
            }
        };
        if (measures) {
            compiler.plan().runEither(() -> isFar, () -> differentiateExactly(dy, dx, affine), primitive);
        } else {
            primitive.run();
        }
        compiler.gradient(call.input(0), asValue(dx));
        if (affine != null) {
            call.node().scale().ifPresent(parameter -> affineGradient(parameter, affine, 0));
            call.node().shift().ifPresent(parameter -> affineGradient(parameter, affine, 1));
        }
    }

    /* With given statistics, oneDNN multiplies gradients by gamma and the inverse deviation, and leaves the sums that mean and
     * variance need here; what these take from the gradients is the rest of the formula below. */
    private void takeMeans(Buffer dx, Buffer sums) {
        ChannelLines lines =
                new ChannelLines(ChannelRuns.of(compiler.resources(), x.layout).orElseThrow());
        compiler.plan()
                .run(
                        () -> {
                            double[] products = new double[channels];
                            double[] totals = new double[channels];
                            for (int c = 0; c < channels; c++) {
                                products[c] = sums.floats().get(c);
                                totals[c] = sums.floats().get(channels + c);
                            }
                            addUp(totals, products);
                            float[] middle = new float[channels];
                            float[] slope = new float[channels];
                            float[] level = new float[channels];
                            for (int c = 0; c < channels; c++) {
                                double factor = scale(c) * inverse[c] / count;
                                middle[c] = mean.floats().get(c);
                                slope[c] = (float) (factor * inverse[c] * products[c]);
                                level[c] = (float) (factor * totals[c]);
                            }
                            lines.subtract(x.floats(), dx.floats(), middle, slope, level);
                        },
                        x,
                        dx,
                        sums,
                        requireNonNull(scaleShift, "scale and shift"));
    }

    private void addUp(double[] totals, double[] products) {
        double[] both = Arrays.copyOf(totals, 2 * channels);
        System.arraycopy(products, 0, both, channels, channels);
        compiler.part().addUp(both);
        System.arraycopy(both, 0, totals, 0, channels);
        System.arraycopy(both, channels, products, 0, channels);
    }

    private void differentiateExactly(Buffer dy, Buffer dx, @Nullable Buffer affine) {
        Buffer values = compiler.plain(x);
        Buffer gradient = compiler.plan().plain(x.layout.dims());
        compiler.plan().reorder(dy, gradient);
        List<Buffer> touched = new ArrayList<>(List.of(values, gradient));
        if (affine != null) {
            touched.add(affine);
        }
        if (scaleShift != null) {
            touched.add(scaleShift);
        }
        compiler.plan()
                .run(
                        () -> differentiateExactly(
                                values.floats(), gradient.floats(), affine == null ? null : affine.floats()),
                        touched.toArray(Buffer[]::new));
        compiler.plan().reorder(gradient, dx);
    }

    /* Ioffe and Szegedy 2015, section 3, simplified; the gradient by the values takes the place of that by the results. */
    private void differentiateExactly(FloatBuffer values, FloatBuffer gradient, @Nullable FloatBuffer affine) {
        int rows = compiler.batch();
        float[] row = new float[values.limit() / rows / channels];
        float[] slopes = new float[row.length];
        double[] totals = new double[channels];
        double[] products = new double[channels];
        for (int c = 0; c < channels; c++) {
            for (int n = 0; n < rows; n++) {
                int first = (n * channels + c) * row.length;
                values.get(first, row);
                gradient.get(first, slopes);
                for (int i = 0; i < row.length; i++) {
                    double normalised = (row[i] - centre[c]) * inverse[c];
                    if (call.activation() != null && !(scale(c) * normalised + shift(c) > 0)) {
                        slopes[i] = 0;
                    }
                    totals[c] += slopes[i];
                    products[c] += slopes[i] * normalised;
                }
                gradient.put(first, slopes);
            }
            if (affine != null) {
                affine.put(c, (float) products[c]);
                affine.put(channels + c, (float) totals[c]);
            }
        }
        addUp(totals, products);
        for (int c = 0; c < channels; c++) {
            for (int n = 0; n < rows; n++) {
                int first = (n * channels + c) * row.length;
                values.get(first, row);
                gradient.get(first, slopes);
                for (int i = 0; i < row.length; i++) {
                    double normalised = (row[i] - centre[c]) * inverse[c];
                    slopes[i] = (float) (scale(c)
                            * inverse[c]
                            * (slopes[i] - totals[c] / count - normalised * (products[c] / count)));
                }
                gradient.put(first, slopes);
            }
        }
    }

    private void affineGradient(Parameter parameter, Buffer both, int row) {
        if (!parameter.trainable()) {
            return;
        }
        Buffer own = compiler.gradientOf(parameter, Layout.plain(compiler.resources(), channels));
        compiler.plan().run(() -> own.floats().put(0, both.floats(), row * channels, channels), both, own);
        compiler.parameterGradient(parameter, own, own.layout);
    }
}
