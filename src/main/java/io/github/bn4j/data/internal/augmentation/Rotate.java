package io.github.bn4j.data.internal.augmentation;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.data.Augmentation;
import io.github.bn4j.data.Example;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The augmentation of {@link Augmentation#rotate}.
 *
 * @param degrees how far at most
 */
public record Rotate(double degrees) implements Augmentation {

    public Rotate {
        checkArgument(
                degrees > 0 && degrees <= 180,
                "rotate expects an angle above 0 and up to 180 degrees but got %s",
                degrees);
    }

    @Override
    public Example apply(Example example, Others others, RandomGenerator random) {
        return turn(example, Math.toRadians(degrees * (2 * random.nextDouble() - 1)));
    }

    /** The image turned counter-clockwise, as it is seen with row 0 on top. */
    public static Example turn(Example example, double angle) {
        int height = example.height();
        int width = example.width();
        double cos = Math.cos(angle);
        double sin = Math.sin(angle);
        double middleY = (height - 1) / 2.0;
        double middleX = (width - 1) / 2.0;
        float[] to = new float[example.features().length];
        for (int i = 0; i < to.length; i++) {
            double y = i / width % height - middleY;
            double x = i % width - middleX;
            int plane = i / (height * width) * height * width;
            to[i] = bilinear(
                    example.features(), plane, height, width, middleY + sin * x + cos * y, middleX + cos * x - sin * y);
        }
        return example.features(to);
    }

    private static float bilinear(float[] pixels, int plane, int height, int width, double y, double x) {
        int top = (int) Math.floor(y);
        int left = (int) Math.floor(x);
        double sum = 0;
        for (int row = top; row <= top + 1; row++) {
            for (int column = left; column <= left + 1; column++) {
                if (row >= 0 && row < height && column >= 0 && column < width) {
                    double share = (1 - Math.abs(y - row)) * (1 - Math.abs(x - column));
                    sum += share * pixels[plane + row * width + column];
                }
            }
        }
        return (float) sum;
    }

    @Override
    public void requireShape(List<Long> shape) {
        ImageShape.require(this, shape);
    }

    @Override
    public String toString() {
        return "rotate(" + degrees + ")";
    }
}
