package io.github.bn4j;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkEachGiven;
import static io.github.bn4j.internal.Checks.checkGiven;
import static io.github.bn4j.internal.Checks.checkState;
import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.github.bn4j.bias.BiasAbsorption;
import io.github.bn4j.bias.BiasAnalysis;
import io.github.bn4j.bias.BiasProof;
import io.github.bn4j.bias.BiasReport;
import io.github.bn4j.bias.WeightImport;
import io.github.bn4j.bias.internal.ModelBiases;
import io.github.bn4j.bias.internal.OldWeights;
import io.github.bn4j.bias.internal.Summary;
import io.github.bn4j.checkpoint.CheckpointException;
import io.github.bn4j.checkpoint.Sections;
import io.github.bn4j.checkpoint.internal.ModelFile;
import io.github.bn4j.console.Progress;
import io.github.bn4j.data.Dataset;
import io.github.bn4j.diagnose.SanityCheck;
import io.github.bn4j.diagnose.SanityReport;
import io.github.bn4j.engine.Binding;
import io.github.bn4j.engine.Engine;
import io.github.bn4j.engine.Model;
import io.github.bn4j.engine.Precision;
import io.github.bn4j.engine.Prediction;
import io.github.bn4j.engine.internal.PlainExamples;
import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Normalization;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.graph.Shape;
import io.github.bn4j.graph.Statistics;
import io.github.bn4j.graph.internal.LayerPatterns;
import io.github.bn4j.graph.internal.ParameterPatterns;
import io.github.bn4j.inside.LossGradients;
import io.github.bn4j.inside.Mode;
import io.github.bn4j.inside.Saliency;
import io.github.bn4j.inside.internal.Activations;
import io.github.bn4j.internal.Tensors;
import io.github.bn4j.norm.BatchNormReport;
import io.github.bn4j.norm.FoldedModel;
import io.github.bn4j.norm.NeutralNorms;
import io.github.bn4j.norm.Recalibration;
import io.github.bn4j.norm.internal.ModelSwitches;
import io.github.bn4j.onnx.OnnxExport;
import io.github.bn4j.onnx.OnnxImportOptions;
import io.github.bn4j.onnx.OnnxOptions;
import io.github.bn4j.onnx.internal.OnnxImport;
import io.github.bn4j.rewrite.FoldBatchNorm;
import io.github.bn4j.rewrite.Freeze;
import io.github.bn4j.rewrite.Part;
import io.github.bn4j.text.Text;
import io.github.bn4j.train.ClassScores;
import io.github.bn4j.train.Evaluation;
import io.github.bn4j.train.Evaluator;
import io.github.bn4j.train.Loss;
import io.github.bn4j.train.Provenance;
import io.github.bn4j.train.Task;
import io.github.bn4j.train.Trainer;
import io.github.bn4j.train.TrainingMemory;
import io.github.bn4j.train.TrainingSections;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A built network: a graph whose pointless biases have been left out, its parameters, and the engine that runs it.
 *
 * <p>Predictions may run in several threads at once; training needs the network for itself. Nothing has to be closed.
 */
public final class Network {

    private final Model model;
    private final BiasReport report;
    private final TrainingMemory memory;
    private final Prediction prediction;

    private Network(Model model, TrainingMemory memory) {
        this.model = model;
        this.report = BiasAnalysis.of(model.traced(), model.absent());
        this.memory = memory;
        this.prediction = new Prediction(model);
    }

    /**
     * Starts a network on one input.
     *
     * @param shape shape of one example, without the batch axis: {@code 64} features, or {@code 1, 8, 8} for channels,
     *     height and width
     */
    public static NetworkBuilder input(long... shape) {
        return NetworkBuilder.on(Shape.of(shape));
    }

    /** A network of other parts with the same parameters, which remembers what this one does. */
    private Network with(Model other) {
        return new Network(other, memory);
    }

    /** One that shares nothing with this one. */
    private Network copied(Model other) {
        return new Network(other, memory.copy());
    }

    /** Decides about the biases of a traced graph and draws initial parameters. */
    static Network build(Graph traced, long seed, DataType type) {
        return of(ModelBiases.decided(traced, seed, type));
    }

    /** One that has not been trained. */
    static Network of(Model model) {
        return new Network(model, TrainingMemory.empty());
    }

    /**
     * The first output for any number of rows, in prediction mode: nothing is updated.
     *
     * @param features {@code [rows, shape]}. Not modified.
     * @throws IllegalArgumentException if the network has several inputs, or a feature is NaN or infinite; the message names its
     *     row
     * @throws IllegalStateException if a parameter is NaN or infinite, or a running variance negative; the message names it
     */
    public INDArray predict(INDArray features) {
        return forward(features).values().iterator().next();
    }

    /** The first output for several inputs by name, in prediction mode. */
    public INDArray predict(Map<String, INDArray> inputs) {
        return forward(inputs).values().iterator().next();
    }

    /**
     * The first output for all examples of a data set, in memory or read on demand.
     *
     * @return {@code [examples, output]}
     */
    public INDArray predict(Dataset data) {
        checkGiven(data, "predict", "a Dataset");
        String first = graph().outputs().keySet().iterator().next();
        return requireNonNull(
                Evaluator.outputs(data, inputs -> forward(Binding.ofData("predict", graph().inputs(), inputs)))
                        .get(first));
    }

    /**
     * The first output for one example, all its elements in row-major order.
     *
     * @param example its numbers in row-major order: those of an image channel by channel, row by row. Not modified.
     * @throws IllegalArgumentException if it has another length, an element is NaN or infinite, or the network has several inputs
     */
    public float[] predict(float... example) {
        return PlainExamples.floats(first(rows(example)).get(0));
    }

    /** The first output for one example in float64, which a network in float32 computes in float32. */
    public double[] predict(double... example) {
        return first(rows(example)).get(0);
    }

    /**
     * The first output for each of several examples, as {@link #predict(float...)} gives it.
     *
     * @param examples the numbers of each in row-major order. Not modified.
     */
    public float[][] predict(float[][] examples) {
        return first(rows(examples)).stream().map(PlainExamples::floats).toArray(float[][]::new);
    }

    /** The first output for each of several examples in float64, which a network in float32 computes in float32. */
    public double[][] predict(double[][] examples) {
        return first(rows(examples)).toArray(double[][]::new);
    }

    private <T> T first(Function<String, T> outputs) {
        return outputs.apply(graph().outputs().keySet().iterator().next());
    }

    /* The numbers of an output, by its name, for each of some examples. */

    private Function<String, List<double[]>> rows(INDArray features) {
        return output -> PlainExamples.rows(requireNonNull(forward(features).get(output)));
    }

    private Function<String, List<double[]>> rows(float... example) {
        PlainExamples examples = PlainExamples.of(graph());
        examples.require(example);
        return output -> examples.outputs(prediction, output, example);
    }

    private Function<String, List<double[]>> rows(double... example) {
        PlainExamples examples = PlainExamples.of(graph());
        examples.require(example);
        return output -> examples.outputs(prediction, output, example);
    }

    private Function<String, List<double[]>> rows(float[][] given) {
        PlainExamples examples = PlainExamples.of(graph());
        float[] numbers = examples.numbers(given);
        return output -> examples.outputs(prediction, output, numbers);
    }

    private Function<String, List<double[]>> rows(double[][] given) {
        PlainExamples examples = PlainExamples.of(graph());
        double[] numbers = examples.numbers(given);
        return output -> examples.outputs(prediction, output, numbers);
    }

    /**
     * The probability of each class for one example, in the order of {@link #classNames()}: the softmax of its scores, in a multi-label
     * classification the sigmoid of each. Of several outputs it is the only one that is a classification.
     *
     * @param example its numbers in row-major order: those of an image channel by channel, row by row. Not modified.
     * @throws IllegalArgumentException if it has another length, an element is NaN or infinite, or the network has several inputs
     * @throws IllegalStateException if the network is no classification as far as its training, or {@link #classNames(List)}, told
     */
    public float[] probabilities(float... example) {
        return PlainExamples.floats(probabilitiesOfRows(rows(example)).get(0));
    }

    /** The probability of each class for one example in float64. */
    public double[] probabilities(double... example) {
        return probabilitiesOfRows(rows(example)).get(0);
    }

    /**
     * The probability of each class for each of several examples, as {@link #probabilities(float...)} gives it.
     *
     * @param examples the numbers of each in row-major order. Not modified.
     */
    public float[][] probabilities(float[][] examples) {
        return probabilitiesOfRows(rows(examples)).stream()
                .map(PlainExamples::floats)
                .toArray(float[][]::new);
    }

    /** The probability of each class for each of several examples in float64. */
    public double[][] probabilities(double[][] examples) {
        return probabilitiesOfRows(rows(examples)).toArray(double[][]::new);
    }

    /**
     * The probability of each class, {@code [rows, classes]}, as {@link #probabilities(float...)} gives it.
     *
     * @param features {@code [rows, shape]}. Not modified.
     */
    public INDArray probabilities(INDArray features) {
        checkGiven(features, "probabilities", "an array of features");
        double[][] rows = probabilitiesOfRows(rows(features)).toArray(double[][]::new);
        return Tensors.of(
                parameters().type(),
                Stream.of(rows).flatMapToDouble(DoubleStream::of).toArray(),
                rows.length,
                rows[0].length);
    }

    private List<double[]> probabilitiesOfRows(Function<String, List<double[]>> scores) {
        ClassScores classes = ClassScores.of("probabilities", graph(), memory);
        return scores.apply(classes.output()).stream()
                .map(classes::probabilities)
                .toList();
    }

    /**
     * The name of the class that one example most probably is of; its number as text if it has no name.
     *
     * @param example its numbers in row-major order: those of an image channel by channel, row by row. Not modified.
     * @throws IllegalArgumentException if it has another length, an element is NaN or infinite, or the network has several inputs
     * @throws IllegalStateException if the network is no classification with one class per example, as far as its training, or
     *     {@link #classNames(List)}, told
     */
    public String classify(float... example) {
        return classes(rows(example)).get(0);
    }

    /** The name of the class that one example in float64 most probably is of. */
    public String classify(double... example) {
        return classes(rows(example)).get(0);
    }

    /**
     * The name of the class that each of several examples most probably is of, as {@link #classify(float...)} gives it.
     *
     * @param examples the numbers of each in row-major order. Not modified.
     */
    public String[] classify(float[][] examples) {
        return classes(rows(examples)).toArray(String[]::new);
    }

    /** The name of the class that each of several examples in float64 most probably is of. */
    public String[] classify(double[][] examples) {
        return classes(rows(examples)).toArray(String[]::new);
    }

    /**
     * The name of the class that each example most probably is of, as {@link #classify(float...)} gives it.
     *
     * @param features {@code [rows, shape]}. Not modified.
     */
    public String[] classify(INDArray features) {
        checkGiven(features, "classify", "an array of features");
        return classes(rows(features)).toArray(String[]::new);
    }

    private List<String> classes(Function<String, List<double[]>> scores) {
        ClassScores classes = ClassScores.of("classify", graph(), memory);
        classes.requireOneClass("classify");
        return scores.apply(classes.output()).stream().map(classes::label).toList();
    }

    /**
     * Predictions for services, where many threads ask for one example each: they are answered from batches. It has copies of the
     * parameters as they are now.
     *
     * @throws IllegalArgumentException if the network has several inputs
     * @throws IllegalStateException if a parameter is NaN or infinite, or a running variance negative
     */
    public Predictor predictor() {
        return Predictor.of(model, memory);
    }

    /**
     * All outputs by name, in prediction mode.
     *
     * @param features {@code [rows, shape]}. Not modified.
     */
    public Map<String, INDArray> forward(INDArray features) {
        checkGiven(features, "network", "an array of features");
        return forward(Binding.single("network", graph().inputs(), features));
    }

    /** All outputs by name for several inputs by name, in prediction mode. */
    public Map<String, INDArray> forward(Map<String, INDArray> inputs) {
        return prediction.run(inputs);
    }

    /**
     * Compares the outputs with the targets of {@code data}: as a classification or a regression, by the loss that each output
     * was trained with, else by what the targets are. Outputs without a loss are left out once the network was trained.
     *
     * @param data targets by the names of the outputs; of any name where there is one of each
     * @throws IllegalArgumentException if an output has no targets, they do not fit it, or nothing says whether they are
     *     distributions over classes or other numbers
     */
    public Evaluation evaluate(Dataset data) {
        return evaluate(data, Optional.empty());
    }

    /** Compares the outputs with the targets of {@code data} as what you say that they are for, whatever the loss was. */
    public Evaluation evaluate(Dataset data, Task task) {
        checkGiven(task, "evaluate", "a Task");
        return evaluate(data, Optional.of(task));
    }

    private Evaluation evaluate(Dataset data, Optional<Task> task) {
        checkGiven(data, "evaluate", "a Dataset");
        return new Evaluator(graph(), memory)
                .evaluate(data, task, inputs -> forward(Binding.ofData("evaluate", graph().inputs(), inputs)));
    }

    /**
     * The names of the classes that the scores of an output are of, that of class 0 first, as its training data told or
     * {@link #classNames(List)} said; empty if they have none, or several outputs have some.
     */
    public List<String> classNames() {
        return memory.classNames(graph().outputs().keySet());
    }

    /** The names of the classes that the scores of one of several outputs are of; empty if they have none. */
    public List<String> classNames(String output) {
        checkGiven(output, "classNames", "the name of an output");
        return memory.classNames(output);
    }

    /**
     * What an output is for, as the loss that it was trained with said, or names for its classes do; empty if nothing has said it, as
     * for a network that was not trained.
     *
     * @param output its name
     */
    public Optional<Task> task(String output) {
        checkGiven(output, "task", "the name of an output");
        return memory.task(output);
    }

    /**
     * This network with names for the classes of its only output. Shares its parameters with this network.
     *
     * @param names the name of class 0 first
     * @throws IllegalArgumentException if there are several outputs, more names than scores, or a name occurs twice
     */
    public Network classNames(List<String> names) {
        checkGiven(names, "classNames", "names");
        return new Network(model, memory.withClassNames(graph().outputs(), names));
    }

    /** This network with names for the classes of one of its outputs. Shares its parameters with this network. */
    public Network classNames(String output, List<String> names) {
        checkGiven(output, "classNames", "the name of an output");
        checkGiven(names, "classNames", "names");
        return new Network(model, memory.withClassNames(graph().outputs(), output, names));
    }

    /**
     * A network of some outputs of this one, or of what some of its layers yield, and of nothing else that they do not need: for one of two
     * networks that train each other, or to look inside. Shares its parameters with this network.
     *
     * @param outputs names of outputs, or paths of layers or blocks with one result; they are its outputs, in this order
     * @throws IllegalArgumentException if there is no such output or layer, or a layer has several results
     */
    public Network part(String... outputs) {
        return with(model.sharing(Part.of("part", model.traced(), outputs)));
    }

    /**
     * Goes on building from what a layer of this network yields: everything up to there, with copies of its parameters as they are
     * when that is built, and another end. What is behind, and inputs that nothing needs any more, is left out. All biases are
     * decided about anew. Shares nothing with this network.
     *
     * @param layer path of a layer or block with one result, such as {@code flatten_1}, or name of an output
     * @throws IllegalArgumentException if there is no such layer or output, or the layer has several results
     */
    public NetworkBuilder upTo(String layer) {
        checkGiven(layer, "upTo", "the path of a layer");
        return NetworkBuilder.on(layer, Part.of("upTo", model.traced(), layer), model);
    }

    /**
     * What a layer yields in a prediction, by the path of the layer, without computing what is behind it.
     *
     * @param layer path of a layer or block with one result, such as {@code relu_1}, or name of an output; {@code encoder@2} is the second
     *     result of a layer that is called at several places. What a layer whose bias was left out yields is without it.
     * @param features {@code [rows, shape]}, any number of rows, which are computed in chunks. Not modified.
     * @return {@code [rows, shape of the layer]}, which the caller owns
     * @throws IllegalArgumentException if there is no such layer, the message has near names; if the features do not fit or are not finite,
     *     or all results together take more memory than there may be
     */
    public INDArray activations(String layer, INDArray features) {
        checkGiven(layer, "activations", "the path of a layer");
        checkGiven(features, "activations", "an array of features");
        return only(Activations.of("activations", model, features, layer));
    }

    /** What a layer yields for several inputs by name, of which those that it does not need may be left out. */
    public INDArray activations(String layer, Map<String, INDArray> inputs) {
        checkGiven(layer, "activations", "the path of a layer");
        checkGiven(inputs, "activations", "an array for each input");
        return only(Activations.of("activations", model, inputs, layer));
    }

    /** What a layer yields for one example, both in row-major order. */
    public float[] activations(String layer, float... example) {
        checkGiven(layer, "activations", "the path of a layer");
        return PlainExamples.floats(
                PlainExamples.rows(activations(layer, PlainExamples.of(graph()).batch(example)))
                        .get(0));
    }

    /** What a layer yields for one example in float64, both in row-major order. */
    public double[] activations(String layer, double... example) {
        checkGiven(layer, "activations", "the path of a layer");
        return PlainExamples.rows(activations(layer, PlainExamples.of(graph()).batch(example)))
                .get(0);
    }

    /**
     * What layers yield in a prediction, by name and in the order of the network.
     *
     * @param features {@code [rows, shape]}. Not modified.
     * @param layers as for {@link #activations(String, INDArray)}; all layers if none is named
     */
    public Map<String, INDArray> activations(INDArray features, String... layers) {
        checkGiven(features, "activations", "an array of features");
        checkEachGiven(layers, "activations", "names of outputs or layers");
        return Activations.of("activations", model, features, layers);
    }

    /** What layers yield for several inputs by name, as {@link #activations(INDArray, String...)} gives it. */
    public Map<String, INDArray> activations(Map<String, INDArray> inputs, String... layers) {
        checkGiven(inputs, "activations", "an array for each input");
        checkEachGiven(layers, "activations", "names of outputs or layers");
        return Activations.of("activations", model, inputs, layers);
    }

    /**
     * What one output of several yields, or a layer, without computing the others: as {@link #activations(String, INDArray)} gives it.
     *
     * @param features {@code [rows, shape]}. Not modified.
     */
    public INDArray output(String name, INDArray features) {
        checkGiven(name, "output", "the name of an output or layer");
        checkGiven(features, "output", "an array of features");
        return only(Activations.of("output", model, features, name));
    }

    /** What one output of several, or a layer, yields for several inputs by name. */
    public INDArray output(String name, Map<String, INDArray> inputs) {
        checkGiven(name, "output", "the name of an output or layer");
        checkGiven(inputs, "output", "an array for each input");
        return only(Activations.of("output", model, inputs, name));
    }

    private static INDArray only(Map<String, INDArray> arrays) {
        return arrays.values().iterator().next();
    }

    /**
     * The gradients of the mean loss of a batch by inputs and parameters, in prediction mode: batch normalisations take their running averages.
     *
     * @param features {@code [examples, shape]}, which are one batch. Not modified.
     * @param labels targets as for a training by that loss. Not modified.
     * @throws IllegalArgumentException if there are several inputs or outputs, or the data do not fit
     */
    public LossGradients gradients(INDArray features, INDArray labels, Loss loss) {
        return gradients(features, labels, loss, Mode.PREDICTION);
    }

    /** The gradients of the mean loss of a batch, which is seen as in a prediction or as in the first step of a training. */
    public LossGradients gradients(INDArray features, INDArray labels, Loss loss, Mode mode) {
        checkGiven(loss, "gradients", "a Loss");
        Set<String> outputs = graph().outputs().keySet();
        checkArgument(
                outputs.size() == 1,
                "gradients expects a loss for each of the outputs %s but got one; pass a map by their names",
                outputs);
        return gradients(Dataset.of(features, labels), Map.of(outputs.iterator().next(), loss), mode);
    }

    /**
     * The gradients of the sum of several losses, for any number of inputs and outputs.
     *
     * @param batch examples with targets, which are one batch
     * @param losses by the names of outputs; those without one count nothing
     */
    public LossGradients gradients(Dataset batch, Map<String, Loss> losses, Mode mode) {
        checkGiven(batch, "gradients", "a Dataset");
        checkGiven(losses, "gradients", "a loss for each output");
        checkGiven(mode, "gradients", "a Mode");
        return LossGradients.of(model, memory, batch, losses, mode);
    }

    /**
     * Which parts of an example the score of a class comes from: {@code net.saliency().gradient(x)}, {@code integratedGradients(x)}, {@code
     * gradCam("relu_2", x)}.
     */
    public Saliency saliency() {
        return Saliency.of(model, memory);
    }

    /** A trainer of this network's parameters, with defaults; in the shell one that shows its progress. */
    public Trainer trainer() {
        Trainer trainer = Trainer.of(model, memory);
        return Progress.usual().map(trainer::usualListener).orElse(trainer);
    }

    /** A table of the layers: output shapes, parameters, running statistics, and what became of each bias. */
    public Text summary() {
        return Summary.of(model, report);
    }

    /** What became of each bias, and why. */
    public BiasReport explainBias() {
        return report;
    }

    /**
     * What became of the bias of one layer, and why, in full sentences.
     *
     * @throws IllegalArgumentException if there is no such layer; the message lists those with a bias to decide about
     */
    public Text explainBias(String layer) {
        return report.story(layer);
    }

    /**
     * Tests by numbers what {@link #explainBias()} says of each bias: adds random constants and looks, in a training step
     * in float64 on a small batch of normal random numbers, whether an output or a gradient changes.
     *
     * @throws IllegalStateException if that step gives NaN or infinity; use {@link #proveBias(Map)} then
     */
    public BiasProof proveBias() {
        return proveBias(Map.of());
    }

    /** Tests by numbers, as {@link #proveBias()} does, what is said of the bias of one layer. */
    public BiasProof proveBias(String layer) {
        return BiasProof.of(model, report, List.of(report.of(layer).bias()), Map.of());
    }

    /**
     * Tests by numbers what {@link #explainBias()} says, on a batch of your own instead of random numbers.
     *
     * @param probe an array {@code [examples, shape]} for each input by name. Not modified.
     */
    public BiasProof proveBias(Map<String, INDArray> probe) {
        checkGiven(probe, "proveBias", "an array for each input");
        return BiasProof.of(model, report, probe);
    }

    /**
     * This network without the biases that it has but that change no output in training: each is taken out exactly, by
     * moving the running mean of every batch normalisation that cancels it, so that predictions stay what they are.
     * Shares nothing with this network.
     *
     * @throws IllegalStateException if a shared batch normalisation cannot take a bias exactly, or what a bias becomes on its way is
     *     more than float64 holds
     */
    public Network absorbBias() {
        return copied(ModelBiases.absorbed(model, report));
    }

    /**
     * This network with every bias that was left out by itself, as zeros: for formats and peers that expect one.
     * Predictions and trainings are the same. Shares nothing with this network.
     */
    public Network materializeBias() {
        return copied(ModelBiases.materialized(model, report));
    }

    /**
     * Replaces all parameters by weights from elsewhere. A bias that this network does without because it is cancelled may
     * be among them: it is absorbed exactly, by moving the running mean of every batch normalisation that cancels it.
     *
     * @param weights an array for each parameter by name, and for any bias that was left out. Not modified.
     * @return what became of the absorbed biases
     * @throws IllegalArgumentException if a name is unknown or missing, a shape is wrong, a value is NaN or infinite, a running
     *     variance is negative, or a bias is not cancelled; the network is unchanged then
     * @throws IllegalStateException if a shared batch normalisation cannot take a bias exactly, or what a bias becomes on its way is
     *     more than float64 holds; the network is unchanged then
     */
    @CanIgnoreReturnValue
    public BiasAbsorption importWeights(Map<String, INDArray> weights) {
        checkGiven(weights, "importWeights", "an array for each parameter");
        return OldWeights.copy(weights, model, report);
    }

    /**
     * Replaces the parameters that weights from elsewhere fit by name and shape, and leaves the others as they are: those of a
     * network with another head, for instance. A bias that this network does without is absorbed as by {@link #importWeights(Map)}.
     *
     * @param weights arrays by name. Not modified.
     * @return what was taken, and of the rest why not
     * @throws IllegalArgumentException if none fits, a value is NaN or infinite, or a running variance is negative; the network is
     *     unchanged then
     * @throws IllegalStateException if a shared batch normalisation cannot take a bias exactly, or what a bias becomes on its way is
     *     more than float64 holds; the network is unchanged then
     */
    @CanIgnoreReturnValue
    public WeightImport importMatching(Map<String, INDArray> weights) {
        checkGiven(weights, "importMatching", "arrays by the names of parameters");
        return OldWeights.copyMatching(weights, model, report);
    }

    /**
     * This network with layers that training leaves as they are: neither their parameters nor their running averages change, no
     * gradient is computed by them, and none at all below the first layer that is trained, so that a step takes less time. Batch
     * normalisations among them take their running averages in training too. Dropout goes on as before, whatever is frozen.
     * Shares its parameters with this network.
     *
     * @param layers paths of layers such as {@code conv2d_1}, or of blocks such as {@code residual_1}, with all that is in them;
     *     names of single parameters such as {@code conv2d_1.weight}; or patterns of these, in which {@code *} stands for any
     *     characters and {@code ?} for one; all if none is named
     * @throws IllegalArgumentException if one fits no layer with parameters; the message lists those there are
     */
    public Network freeze(String... layers) {
        return with(
                model.sharing(Freeze.apply(model.traced(), ParameterPatterns.names("freeze", model.traced(), layers))));
    }

    /**
     * This network with layers whose weights, gammas, betas and biases training leaves as they are, like {@link #freeze}, but whose
     * batch normalisations go on: they normalise as before, and their running averages follow the batches. Shares its parameters
     * with this network.
     *
     * @param layers as for {@link #freeze}
     * @throws IllegalArgumentException if one fits no layer with parameters
     */
    public Network freezeParameters(String... layers) {
        return with(model.sharing(Freeze.applyToTrainable(
                model.traced(), ParameterPatterns.names("freezeParameters", model.traced(), layers))));
    }

    /**
     * This network with layers that are trained again after {@link #freeze}, {@link #freezeParameters} or
     * {@link #freezeBatchNorm}; batch normalisations do again what they did before. Shares its parameters with this network.
     *
     * @param layers as for {@link #freeze}
     * @throws IllegalArgumentException if one fits no layer with parameters
     */
    public Network unfreeze(String... layers) {
        return with(model.sharing(
                Freeze.undo(model.traced(), ParameterPatterns.names("unfreeze", model.traced(), layers))));
    }

    /**
     * This network with batch normalisations that take their running averages in training too, and no longer update them;
     * gamma and beta are still trained. Biases stay as they are: one that was left out stays out, which changes nothing,
     * and {@link #explainBias()} says what has changed. Shares its parameters with this network.
     *
     * @param layers paths of the layers to freeze, such as {@code batchnorm2d_1}, or patterns of paths, in which {@code *}
     *     stands for any characters and {@code ?} for one; all if none is named
     * @throws IllegalArgumentException if a path or pattern fits no batch normalisation; the message lists those there are
     */
    public Network freezeBatchNorm(String... layers) {
        return with(ModelSwitches.shared("freezeBatchNorm", model, Normalization::frozen, layers));
    }

    /**
     * This network with batch normalisations that normalise with other statistics in training, as if it had been built so.
     * Shares its parameters with this network.
     *
     * @param layers paths or patterns as for {@link #freezeBatchNorm}; all if none is named
     */
    public Network statistics(Statistics statistics, String... layers) {
        checkGiven(statistics, "statistics", "Statistics to normalise with");
        return with(ModelSwitches.shared("statistics", model, norm -> norm.statistics(statistics), layers));
    }

    /**
     * This network with batch normalisations that update their running averages in training, or leave them. Shares its
     * parameters with this network.
     *
     * @param layers paths or patterns as for {@link #freezeBatchNorm}; all if none is named
     */
    public Network updateRunning(boolean update, String... layers) {
        return with(ModelSwitches.shared("updateRunning", model, norm -> norm.updateRunning(update), layers));
    }

    /**
     * This network with batch normalisations that train gamma and beta, or leave them: no optimiser touches them then.
     * Shares nothing with this network.
     *
     * @param layers paths or patterns as for {@link #freezeBatchNorm}; all if none is named
     */
    public Network trainAffine(boolean train, String... layers) {
        return copied(ModelSwitches.trainAffine(model, train, layers));
    }

    /**
     * Replaces the running averages of batch normalisations by the mean and variance of what comes to them on all of
     * {@code data}, each measured with those before it done: exact, however the data are split into batches (Wu and Johnson
     * 2021, Rethinking "Batch" in BatchNorm, section 3). Frozen ones stay as they are. With examples of another domain, this
     * adapts the network to it.
     *
     * @param data inputs; targets are not looked at
     * @param layers paths or patterns as for {@link #freezeBatchNorm}; all if none is named
     * @throws IllegalArgumentException if the data do not fit, or a layer is not a batch normalisation; nothing is changed
     *     then
     * @throws IllegalStateException if a batch normalisation is used at one place behind another, or values are not finite;
     *     nothing is changed then
     */
    @CanIgnoreReturnValue
    public Recalibration recalibrate(Dataset data, String... layers) {
        checkGiven(data, "recalibrate", "a Dataset");
        return Recalibration.of(model, data, LayerPatterns.batchNorms("recalibrate", graph(), layers)::contains);
    }

    /**
     * Looks at each batch normalisation on {@code data}: running averages against the data, dead channels, vanishing
     * variance, noise of batches of 32, and how far training mode is from predictions. Changes no parameter.
     *
     * @param data inputs; class numbers, if there are any, give the losses of both modes
     */
    public BatchNormReport batchNormReport(Dataset data) {
        return batchNormReport(data, 32);
    }

    /**
     * Looks at each batch normalisation as {@link #batchNormReport(Dataset)} does, for the noise of batches of {@code
     * batchSize}.
     */
    public BatchNormReport batchNormReport(Dataset data, int batchSize) {
        checkGiven(data, "batchNormReport", "a Dataset");
        return BatchNormReport.of(model, data, batchSize);
    }

    /**
     * Looks whether this network is fit to be trained: the loss that it starts from, whether it learns one batch by heart,
     * gradients, examples that leak into each other, modes, biases. Takes a few hundred steps, on copies; changes nothing
     * here. The loss is the one that {@code fit} takes where none is said; see {@link io.github.bn4j.train.UsualLoss}.
     *
     * @param data examples with targets, at least 2; a few dozen of them are used
     * @throws IllegalArgumentException if the data do not fit the network, or contain NaN or infinity
     */
    public SanityReport sanityCheck(Dataset data) {
        checkGiven(data, "sanityCheck", "a Dataset");
        return sanityCheck(data, Map.of());
    }

    /**
     * Looks, as {@link #sanityCheck(Dataset)} does, whether the network is fit to be trained by these losses, by the name of
     * the output; without any, by the usual ones.
     */
    public SanityReport sanityCheck(Dataset data, Map<String, Loss> losses) {
        checkGiven(data, "sanityCheck", "a Dataset");
        checkGiven(losses, "sanityCheck", "a loss for each output");
        return SanityCheck.of(model, report, data, losses);
    }

    /**
     * A network for predictions in which batch normalisations have gone into the layers before them, or behind them where
     * nothing is padded; see {@link FoldBatchNorm}. Compares it with this network on 16 examples of normal random numbers.
     * Shares nothing with this network.
     */
    public FoldedNetwork fold() {
        return fold(Map.of());
    }

    /**
     * Folds batch normalisations as {@link #fold()} does, and compares on a batch of your own.
     *
     * @param probe {@code [examples, shape]}. Not modified.
     */
    public FoldedNetwork fold(INDArray probe) {
        checkGiven(probe, "fold", "an array of features to compare on");
        return fold(Binding.single("fold", graph().inputs(), probe));
    }

    /**
     * Folds batch normalisations as {@link #fold()} does, and compares on a batch for several inputs.
     *
     * @param probe an array {@code [examples, shape]} for each input by name. Not modified.
     * @throws IllegalStateException if a parameter is NaN or infinite, or a running variance negative; the message names it
     */
    public FoldedNetwork fold(Map<String, INDArray> probe) {
        checkGiven(probe, "fold", "an array for each input to compare on");
        FoldedModel folded = FoldedModel.of(model, probe);
        return new FoldedNetwork(copied(folded.model()), folded.report());
    }

    /**
     * The inverse of {@link #fold()}, where possible: this network with a batch normalisation behind each dense layer and
     * convolution that has a bias, in the stead of that bias. Predictions are the same up to rounding, and training
     * normalises by the batch again. For {@code x [channels, …]}, the result of the layer without its bias, running mean and
     * variance {@code [channels]} are those of all of {@code data}, {@code gamma = √(runningVariance + epsilon)} and
     * {@code beta = bias + runningMean} (Ioffe and Szegedy 2015, algorithm 2, solved for gamma and beta); all are as if
     * trained so far, with the settings of {@code BatchNorm1d.of()} or {@code BatchNorm2d.of()}. A layer called at several
     * places gets one for each. Shares nothing with this network.
     *
     * <p>Left as they are: output layers, whose result leaves the network without other weights or a rectifier such as ReLU
     * behind them; layers in front of a normalisation; layers without a bias, as a folded one always has one; and layers
     * whose result something else sees before the bias is added.
     *
     * @param data inputs, of which all are measured; targets are not looked at
     * @param layers paths of the layers with the biases, such as {@code conv2d_1}, or patterns as for
     *     {@link #freezeBatchNorm}; all that are possible if none is named
     * @throws IllegalArgumentException if a path or pattern fits no such layer, the data do not fit, or they give one value
     *     per channel
     * @throws IllegalStateException if there is no such layer, or values are not finite
     */
    public Network unfold(Dataset data, String... layers) {
        checkGiven(data, "unfold", "a Dataset");
        return copied(NeutralNorms.unfolded(model, data, layers));
    }

    /**
     * Writes the network to one safetensors file: the op graph as traced with what became of each bias, all parameters
     * and running statistics. The file appears whole or not at all. While another thread trains the network, its next step
     * waits for the file, which so holds the network as one step left it.
     *
     * @throws CheckpointException if the directory does not exist or an op cannot be stored
     * @throws IllegalStateException if a value is NaN or infinite or a running variance negative, which {@link #load} would
     *     refuse; what was at {@code path} before is still there
     */
    public void save(Path path) {
        checkGiven(path, "Network.save", "the path of a file");
        ModelFile.save(path, model, TrainingSections.of(memory));
    }

    /**
     * Reads a network that {@link #save} wrote; it keeps its bias decisions.
     *
     * @param own classes of the ops in it that are not of this library, and of records and enums that stand behind open
     *     interfaces in ops
     * @throws CheckpointException if there is no such file, it is damaged, the class of an op is missing, or a value is NaN or
     *     infinite or a running variance negative
     */
    public static Network load(Path path, Class<?>... own) {
        checkGiven(path, "Network.load", "the path of a file");
        checkEachGiven(own, "Network.load", "classes of ops");
        return of(ModelFile.load(path, own));
    }

    /**
     * Reads a network that {@link #save} wrote from a stream, such as an upload, to its end. Does not close it.
     *
     * @param file all bytes of the file, which are read into memory first
     * @param own as for {@link #load(Path, Class...)}
     * @throws CheckpointException as {@link #load(Path, Class...)} does
     * @throws java.io.UncheckedIOException if reading fails
     */
    public static Network load(InputStream file, Class<?>... own) {
        checkGiven(file, "Network.load", "a stream of the bytes of a file; if it is a resource, check its name,");
        checkEachGiven(own, "Network.load", "classes of ops");
        return of(ModelFile.load(file, "a stream", own));
    }

    /**
     * Reads a network that {@link #save} wrote from the class path, as in the jar of a program.
     *
     * @param name of the resource from the root of the class path, such as {@code models/digits.safetensors}
     * @param own as for {@link #load(Path, Class...)}
     * @throws CheckpointException as {@link #load(Path, Class...)} does
     * @throws java.io.UncheckedIOException if reading fails
     */
    public static Network loadResource(String name, Class<?>... own) {
        checkGiven(name, "Network.loadResource", "the name of a resource");
        checkEachGiven(own, "Network.loadResource", "classes of ops");
        return of(ModelFile.loadResource(name, own));
    }

    private static Network of(ModelFile file) {
        return new Network(
                file.model(),
                TrainingSections.read(
                        file.sections(), file.model().graph().outputs().keySet()));
    }

    /** The parameters, by name; {@code parameters().get("conv2d_1.weight")} is a view. */
    public Parameters parameters() {
        return model.parameters();
    }

    /** What the network is made of, as a whole: for what is not a method here. Shares its parameters with this network. */
    public Model model() {
        return model;
    }

    /** The graph that is run, without the biases that were dropped. */
    public Graph graph() {
        return model.graph();
    }

    /** What runs the network; unless {@link #on} said otherwise the fastest engine that can run here. */
    public Engine engine() {
        return model.engine();
    }

    /**
     * This network on another engine. Shares its parameters with this network.
     *
     * @throws IllegalStateException if the engine computes in mixed precision and the parameters are in float64
     */
    public Network on(Engine engine) {
        checkGiven(engine, "on", "an Engine");
        checkState(
                !engine.precision().mixed() || parameters().type() == DataType.FLOAT,
                "on expects parameters in FLOAT for an engine in mixed precision but got %s; take to(DataType.FLOAT) first",
                parameters().type());
        return with(model.on(engine));
    }

    /**
     * This network computed in another precision, such as {@link Precision#MIXED}. Shares its parameters with this network; they stay
     * in float32.
     *
     * @throws IllegalStateException if the engine or the processor does not gain from it, or the parameters are in float64; the message
     *     says why
     * @throws IllegalArgumentException if it leaves out layers that this network does not have
     */
    public Network precision(Precision precision) {
        checkGiven(precision, "precision", "a Precision");
        checkState(
                !precision.mixed() || parameters().type() == DataType.FLOAT,
                "precision expects parameters in FLOAT for Precision.MIXED but got %s; take to(DataType.FLOAT) first",
                parameters().type());
        precision.requireLayers(graph());
        return on(engine().precision(precision));
    }

    /**
     * A copy in another floating-point type, FLOAT or DOUBLE, that shares nothing with this network.
     *
     * @throws IllegalArgumentException if it is another type
     */
    public Network to(DataType type) {
        checkGiven(type, "to", "a DataType");
        return copied(model.to(type));
    }

    /** Writes this network as ONNX, for predictions; see {@link #exportOnnx(Path, OnnxOptions)}. */
    public void exportOnnx(Path path) {
        exportOnnx(path, OnnxOptions.defaults());
    }

    /**
     * Writes this network as ONNX for other runtimes, with its parameters under their names, for batches of any size. Batch norms stay as they are;
     * {@code fold().network().exportOnnx(path)} writes it without them.
     *
     * @throws CheckpointException if ONNX has nothing for one of its ops, as for one of your own; the message names the layer
     * @throws IllegalArgumentException if the directory does not exist
     * @throws IllegalStateException if a parameter is NaN or infinite
     */
    public void exportOnnx(Path path, OnnxOptions options) {
        Map<String, String> metadata = new LinkedHashMap<>(TrainingSections.of(memory));
        metadata.put("provenance", Provenance.now(engine()).toString());
        OnnxExport.write(model, path, options, metadata);
    }

    /** Reads an ONNX file as a network; see {@link #importOnnx(Path, OnnxImportOptions)}. */
    public static Network importOnnx(Path path) {
        return importOnnx(path, OnnxImportOptions.defaults());
    }

    /**
     * Reads an ONNX file as a network like any other: it can be trained, folded, saved and asked about its biases. Layers and parameters are
     * named after the file. Biases stay as they are in the file; {@code absorbBias()} takes those out that change nothing. Training
     * batch norms move running averages by the momentum of the file; those of files that PyTorch wrote have unbiased variances.
     *
     * @throws CheckpointException if there is no such file, it is damaged, or it asks for what no network of this library has; the message
     *     lists all operators, with the names of their nodes, and why
     */
    public static Network importOnnx(Path path, OnnxImportOptions options) {
        OnnxImport.Read read = OnnxImport.read(path, options);
        Model model = ModelBiases.asRead(read.graph(), read.values(), read.type());
        Sections sections = Sections.of(read.metadata(), "importOnnx", path);
        Network network = new Network(
                model, TrainingSections.read(sections, read.graph().outputs().keySet()));
        options.report().accept(read.report().pointless(ModelBiases.pointless(network.report)));
        return network;
    }

    @Override
    public String toString() {
        return summary().toString();
    }
}
