package io.github.bn4j.onnx.internal;

/** Where the pixels of a resized image come from, as the specification of {@code Resize} says it. */
record ResizePlaces(String mode, String coordinates, String nearest) {

    /** The weights of each of {@code m} elements in each of {@code n}. */
    double[] weights(int n, int m, double scale) {
        double[] weights = new double[n * m];
        for (int i = 0; i < n; i++) {
            double place = place(i, n, m, scale);
            if (mode.equals("nearest")) {
                weights[i * m + (int) Math.max(0, Math.min(m - 1, rounded(place)))] = 1;
            } else if (mode.equals("linear")) {
                double inside = Math.max(0, Math.min(m - 1, place));
                int lower = (int) inside;
                weights[i * m + lower] += 1 - (inside - lower);
                weights[i * m + Math.min(m - 1, lower + 1)] += inside - lower;
            } else {
                throw new NodeRefusal("expects mode nearest or linear but got " + mode);
            }
        }
        return weights;
    }

    private double place(int i, int n, int m, double scale) {
        return switch (coordinates) {
            case "asymmetric" -> i / scale;
            case "half_pixel" -> (i + 0.5) / scale - 0.5;
            case "pytorch_half_pixel" -> n > 1 ? (i + 0.5) / scale - 0.5 : 0;
            case "half_pixel_symmetric" -> {
                double shift = m / 2.0 * (1 - n / (scale * m));
                yield shift + (i + 0.5) / scale - 0.5;
            }
            case "align_corners" -> n == 1 ? 0 : i * (m - 1) / (scale * m - 1);
            default -> throw new NodeRefusal("expects other coordinates than " + coordinates);
        };
    }

    private double rounded(double place) {
        return switch (nearest) {
            case "floor" -> Math.floor(place);
            case "ceil" -> Math.ceil(place);
            case "round_prefer_floor" -> Math.ceil(place - 0.5);
            case "round_prefer_ceil" -> Math.floor(place + 0.5);
            default -> throw new NodeRefusal("expects nearest_mode floor, ceil or rounding but got " + nearest);
        };
    }
}
