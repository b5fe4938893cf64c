package io.github.bn4j.engine;

import io.github.bn4j.graph.Graph;
import io.github.bn4j.graph.Parameters;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * ND4J with one number wrong.
 *
 * @param place where the number is: in what is predicted, in the gradient by the last weights, as roundings may be all there is of
 *     those by the first, or in a variance
 * @param error by which share of the largest number there it is too large
 */
record FaultyEngine(Place place, double error) implements Engine {

    enum Place {
        PREDICTION,
        GRADIENT,
        VARIANCE
    }

    private void spoil(Place here, INDArray array) {
        if (here == place) {
            INDArray flat = array.reshape('c', new long[] {array.length()});
            long last = flat.length() - 1;
            flat.putScalar(
                    last, flat.getDouble(last) + error * array.amaxNumber().doubleValue());
        }
    }

    @Override
    public TrainingProgram training(Graph graph, Parameters parameters, int batch, long seed) {
        TrainingProgram right = Engine.nd4j().training(graph, parameters, batch, seed);
        String spoilt = parameters.all().stream()
                .filter(parameter -> parameter.name().endsWith("weight"))
                .reduce((before, last) -> last)
                .orElseThrow()
                .name();
        return new TrainingProgram() {
            @Override
            public double step(long step, INDArray... inputs) {
                double loss = right.step(step, inputs);
                spoil(Place.GRADIENT, parameters.gradient(spoilt));
                right.statistics().stream().limit(1).forEach(measured -> spoil(Place.VARIANCE, measured.variance()));
                return loss;
            }

            @Override
            public List<INDArray> outputs() {
                return right.outputs();
            }

            @Override
            public List<BatchStatistics> statistics() {
                return right.statistics();
            }

            @Override
            public void close() {
                right.close();
            }
        };
    }

    @Override
    public InferenceProgram inference(Graph graph, Parameters parameters, int batch) {
        InferenceProgram right = Engine.nd4j().inference(graph, parameters, batch);
        return new InferenceProgram() {
            @Override
            public List<INDArray> run(INDArray... inputs) {
                List<INDArray> outputs = right.run(inputs);
                spoil(Place.PREDICTION, outputs.get(0));
                return outputs;
            }

            @Override
            public void refresh() {
                right.refresh();
            }

            @Override
            public void close() {
                right.close();
            }
        };
    }

    @Override
    public String name() {
        return "ND4J with a wrong " + place;
    }
}
