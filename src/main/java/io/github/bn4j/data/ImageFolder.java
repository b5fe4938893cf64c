package io.github.bn4j.data;

import static io.github.bn4j.internal.Checks.checkArgument;

import io.github.bn4j.internal.Floats;
import io.github.bn4j.internal.Tensors;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Reads images from a folder that has a folder for each class: features {@code [examples, channels, height, width]} from 0 to
 * 1, labels {@code [examples]}. Classes are the folders sorted by name, examples the files sorted by name within them; names
 * that begin with a dot do not count. PNG, JPEG, GIF, BMP and what else {@code javax.imageio} has readers for.
 *
 * <p>Defaults: red, green and blue, all images of the same size. Transparency is ignored. Immutable: every setting returns a
 * new reader.
 *
 * @param folder where the folders of the classes are
 * @param grey whether images become one channel, 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601)
 * @param height of the images after resizing; 0 for as they are
 * @param width likewise
 */
public record ImageFolder(Path folder, boolean grey, int height, int width) {

    /** A reader with the defaults. */
    public static ImageFolder of(Path folder) {
        return new ImageFolder(folder, false, 0, 0);
    }

    /** The same with one channel instead of three. */
    public ImageFolder greyscale() {
        return new ImageFolder(folder, true, height, width);
    }

    /** The same with images resized; each new pixel is the mean of the area that it covers. */
    public ImageFolder resize(int height, int width) {
        checkArgument(
                height >= 1 && width >= 1,
                "ImageFolder.resize expects at least 1 × 1 pixels but got %s × %s",
                height,
                width);
        return new ImageFolder(folder, grey, height, width);
    }

    /**
     * Reads all images.
     *
     * @throws DataException that names the file or folder that cannot be used
     */
    public Dataset read() {
        List<Path> classes = children(folder, Files::isDirectory);
        DataException.check(
                !classes.isEmpty(),
                "ImageFolder expects a folder for each class in \"%s\" but got none; put the images of each class into a"
                        + " folder of their own",
                folder);
        List<Path> files = new ArrayList<>();
        List<Double> labels = new ArrayList<>();
        for (int label = 0; label < classes.size(); label++) {
            List<Path> images = children(classes.get(label), Files::isRegularFile);
            DataException.check(
                    !images.isEmpty(),
                    "ImageFolder expects images in \"%s\" but got none; remove the folder or fill it",
                    classes.get(label));
            files.addAll(images);
            labels.addAll(Collections.nCopies(images.size(), (double) label));
        }
        double[] numbers = labels.stream().mapToDouble(Double::doubleValue).toArray();
        return Dataset.of(features(files), Tensors.of(DataType.FLOAT, numbers, numbers.length))
                .classNames(classes.stream()
                        .map(path -> path.getFileName().toString())
                        .toList());
    }

    private static List<Path> children(Path folder, Predicate<Path> kind) {
        DataException.check(
                Files.isDirectory(folder),
                "ImageFolder expects a folder at \"%s\" but got none; check the path",
                folder);
        try (Stream<Path> children = Files.list(folder)) {
            return children.filter(kind)
                    .filter(path -> !path.getFileName().toString().startsWith("."))
                    .sorted(Comparator.comparing(path -> path.getFileName().toString()))
                    .toList();
        } catch (IOException e) {
            throw DataException.of(e, "ImageFolder expects to list \"%s\" but got %s; check the folder", folder, e);
        }
    }

    private INDArray features(List<Path> files) {
        Image first = image(files.get(0));
        INDArray features = Memory.array(
                "ImageFolder", DataType.FLOAT, files.size(), first.channels(), first.height(), first.width());
        FloatBuffer to = Floats.of(features);
        to.put(first.pixels());
        for (Path file : files.subList(1, files.size())) {
            Image image = image(file);
            DataException.check(
                    image.height() == first.height() && image.width() == first.width(),
                    "ImageFolder expects images of one size but got %s × %s in \"%s\" after %s × %s in \"%s\"; call"
                            + " resize(height, width)",
                    image.height(),
                    image.width(),
                    file,
                    first.height(),
                    first.width(),
                    files.get(0));
            to.put(image.pixels());
        }
        return features;
    }

    private Image image(Path file) {
        Image image = Image.read(file);
        Image coloured = grey ? image.greyscale() : image;
        return height == 0 ? coloured : coloured.resize(height, width);
    }
}
