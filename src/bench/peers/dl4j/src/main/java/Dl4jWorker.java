import io.github.bn4j.bench.peer.Contender;
import io.github.bn4j.bench.peer.Maker;
import io.github.bn4j.bench.peer.Work;
import io.github.bn4j.bench.peer.Worker;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Deeplearning4j's computation graph; trainings by fit on one batch, predictions by output. */
final class Dl4jWorker implements Maker<String> {

    private final GraphBuilder graph;
    private int layers;

    private Dl4jWorker(GraphBuilder graph) {
        this.graph = graph;
    }

    public static void main(String[] args) throws Exception {
        Worker.serve(Dl4jWorker::open);
    }

    private static Contender.Task open(Work work) throws Exception {
        GraphBuilder builder = new NeuralNetConfiguration.Builder()
                .seed(42)
                .weightInit(WeightInit.RELU)
                .updater(new Nesterovs(0.01, 0.9))
                .graphBuilder()
                .addInputs("x")
                .setInputTypes(input(work));
        String logits = work.recipe().make(new Dl4jWorker(builder), "x");
        builder.addLayer(
                        "loss",
                        new LossLayer.Builder(LossFunction.MCXENT)
                                .activation(Activation.SOFTMAX)
                                .build(),
                        logits)
                .setOutputs("loss");
        ComputationGraph net = new ComputationGraph(builder.build());
        net.init();
        INDArray features = Nd4j.create(work.features(), work.shape(), 'c');
        if (!work.training()) {
            float[] probabilities = new float[work.batch() * Work.CLASSES];
            return Contender.Task.of(() -> {
                INDArray y = net.outputSingle(features);
                y.dup('c').data().asNioFloat().get(0, probabilities);
            });
        }
        INDArray labels = Nd4j.zeros(work.batch(), Work.CLASSES);
        for (int i = 0; i < work.batch(); i++) {
            labels.putScalar(i, work.labels()[i], 1);
        }
        DataSet batch = new DataSet(features, labels);
        return Contender.Task.of(() -> {
            net.fit(batch);
            net.score();
        });
    }

    private static InputType input(Work work) {
        if (work.example().size() == 1) {
            return InputType.feedForward(work.example().get(0));
        }
        return InputType.convolutional(
                work.example().get(1), work.example().get(2), work.example().get(0), CNN2DFormat.NCHW);
    }

    private String layer(Layer layer, String x) {
        String name = "layer" + layers++;
        graph.addLayer(name, layer, x);
        return name;
    }

    @Override
    public String conv(String x, int in, int out, int kernel, int stride, int padding, int groups) {
        if (groups == 1) {
            return layer(
                    new ConvolutionLayer.Builder(kernel, kernel)
                            .stride(stride, stride)
                            .padding(padding, padding)
                            .convolutionMode(ConvolutionMode.Truncate)
                            .nOut(out)
                            .hasBias(false)
                            .activation(Activation.IDENTITY)
                            .build(),
                    x);
        }
        if (groups != in || out != in) {
            throw new UnsupportedOperationException("no grouped convolutions");
        }
        return layer(
                new DepthwiseConvolution2D.Builder(kernel, kernel)
                        .stride(stride, stride)
                        .padding(padding, padding)
                        .convolutionMode(ConvolutionMode.Truncate)
                        .depthMultiplier(1)
                        .nOut(out)
                        .hasBias(false)
                        .activation(Activation.IDENTITY)
                        .build(),
                x);
    }

    @Override
    public String norm(String x, int channels, boolean image) {
        return layer(new BatchNormalization.Builder().build(), x);
    }

    @Override
    public String relu(String x) {
        return layer(new ActivationLayer.Builder().activation(Activation.RELU).build(), x);
    }

    @Override
    public String relu6(String x) {
        return layer(new ActivationLayer.Builder().activation(Activation.RELU6).build(), x);
    }

    @Override
    public String maxPool(String x, int kernel, int stride, int padding) {
        return layer(
                new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
                        .kernelSize(kernel, kernel)
                        .stride(stride, stride)
                        .padding(padding, padding)
                        .convolutionMode(ConvolutionMode.Truncate)
                        .build(),
                x);
    }

    @Override
    public String globalPool(String x) {
        return layer(new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), x);
    }

    @Override
    public String flatten(String x) {
        return x;
    }

    @Override
    public String dense(String x, int in, int out, boolean bias) {
        return layer(
                new DenseLayer.Builder()
                        .nOut(out)
                        .hasBias(bias)
                        .activation(Activation.IDENTITY)
                        .build(),
                x);
    }

    @Override
    public String add(String x, String y) {
        String name = "layer" + layers++;
        graph.addVertex(name, new ElementWiseVertex(ElementWiseVertex.Op.Add), x, y);
        return name;
    }
}
