package io.github.bn4j.networks;

import io.github.bn4j.graph.Parameter;
import io.github.bn4j.graph.Parameters;
import io.github.bn4j.internal.Floats;

/** Parameters as a training leaves them: no bias is 0, no gamma 1, no two channels weigh alike. */
final class LivedIn {

    private LivedIn() {}

    /** Changes initial values. */
    static void change(Parameters parameters, Draw draw) {
        for (Parameter parameter : parameters.all()) {
            double[] values = Floats.values(parameters.get(parameter.name()));
            int channels = (int) parameter.shape().dim(0);
            int perChannel = values.length / channels;
            for (int channel = 0; channel < channels; channel++) {
                double factor = Math.exp(0.3 * draw.normal());
                for (int i = channel * perChannel; i < (channel + 1) * perChannel; i++) {
                    values[i] = lived(parameter.name(), values[i], factor, draw);
                }
            }
            Floats.write(values, parameters.get(parameter.name()));
        }
    }

    private static double lived(String name, double initial, double factor, Draw draw) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "weight" -> initial * factor;
            case "bias" -> 0.3 * draw.normal();
            case "gamma" -> draw.chance(0.03) ? 0 : draw.chance(0.1) ? -factor : factor;
            case "beta" -> 0.4 * draw.normal();
            case "runningMean" -> 0.5 * draw.normal();
            case "runningVariance" -> factor * factor;
            case "updates" -> 10;
            default -> throw new AssertionError("no rule for \"" + name + "\"");
        };
    }
}
