package io.github.bn4j.data;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import io.github.bn4j.data.internal.file.Memory;
import io.github.bn4j.data.internal.image.FolderEntry;
import io.github.bn4j.data.internal.image.Image;
import io.github.bn4j.internal.HostMemory;
import io.github.bn4j.internal.Tensors;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Reads images from a folder that has a folder for each class: features {@code [examples, channels, height, width]} from 0 to
 * 1, labels {@code [examples]}. Classes are the folders sorted by name, examples the files sorted by name within them; names
 * that begin with a dot do not count, nor do files beside the folders of the classes. PNG, JPEG, GIF, BMP, TIFF and what else
 * {@code javax.imageio} has readers for; of several images in a file the first.
 *
 * <p>Images are turned upright as their Exif data say, the way cameras and browsers show them. Inks (CMYK) become
 * {@code (1 − ink)(1 − black)}. Transparency is ignored. An image that is damaged or ends early is refused.
 *
 * <p>Defaults: red, green and blue, all images of the same size. Immutable: every setting returns a new reader.
 *
 * @param folder where the folders of the classes are
 * @param grey whether images become one channel, 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601)
 * @param height of the images after resizing; 0 for as they are
 * @param width likewise
 * @param classNames the classes by their numbers; empty for those that have a folder
 */
public record ImageFolder(Path folder, boolean grey, int height, int width, List<String> classNames) {

    public ImageFolder {
        checkGiven(folder, "ImageFolder", "a folder");
        checkGiven(classNames, "ImageFolder", "names of classes");
        classNames = List.copyOf(classNames);
    }

    /** A reader with the defaults. */
    public static ImageFolder of(Path folder) {
        return new ImageFolder(folder, false, 0, 0, List.of());
    }

    /** Reads images as one channel of grey instead of three of colour. */
    public ImageFolder greyscale() {
        return new ImageFolder(folder, true, height, width, classNames);
    }

    /**
     * Resizes images to {@code height × width} pixels, at least 1 × 1; each new pixel is the mean of the area that it covers.
     */
    public ImageFolder resize(int height, int width) {
        checkArgument(
                height >= 1 && width >= 1,
                "ImageFolder.resize expects at least 1 × 1 pixels but got %s × %s",
                height,
                width);
        return new ImageFolder(folder, grey, height, width, classNames);
    }

    /**
     * Numbers the classes as they are in this list, and refuses folders of others; a class may have no folder.
     *
     * @param names those of the training data, {@link Dataset#classNames()}
     */
    public ImageFolder classNames(List<String> names) {
        checkGiven(names, "ImageFolder.classNames", "names");
        checkArgument(
                !names.isEmpty() && new HashSet<>(names).size() == names.size(),
                "ImageFolder.classNames expects different names, at least one, but got %s; name each once",
                names);
        return new ImageFolder(folder, grey, height, width, names);
    }

    /**
     * Reads all images.
     *
     * @throws DataException that names the file or folder that cannot be used
     */
    public Dataset read() {
        Labelled all = labelled();
        return Dataset.of(features(all.files), all.labels()).classNames(all.classes);
    }

    /**
     * Images that are read whenever they are needed, so that they need not fit in memory: the files of a folder are listed now,
     * once. An image that cannot be used is refused when it is read.
     *
     * @param folder where the folders of the classes are
     * @param channels 3 for red, green and blue, or 1 for grey
     * @param height of the images in pixels, which are {@linkplain #resize resized} to it
     * @param width likewise
     * @throws DataException that names the folder that cannot be used
     */
    public static Dataset stream(Path folder, int channels, int height, int width) {
        checkArgument(
                channels == 1 || channels == 3,
                "ImageFolder.stream expects 3 channels for colours or 1 for grey but got %s",
                channels);
        ImageFolder colour = of(folder).resize(height, width);
        return (channels == 1 ? colour.greyscale() : colour).stream();
    }

    /**
     * The images of {@link #read()}, to the bit, but {@linkplain #stream(Path, int, int, int) read whenever they are needed}. Without
     * {@link #resize}, all have to be as large as the first one.
     *
     * @throws DataException that names the file or folder that cannot be used
     */
    public Dataset stream() {
        Labelled all = labelled();
        Image first = height == 0 ? image(all.files.get(0)) : null;
        ImageFiles files = first == null
                ? new ImageFiles(this, all.files, grey ? 1 : 3, height, width)
                : new ImageFiles(this, all.files, first.channels(), first.height(), first.width());
        return Dataset.stream(files, all.labels()).classNames(all.classes);
    }

    /** The files of a folder and the number of the class of each. */
    private record Labelled(List<Path> files, List<Double> numbers, List<String> classes) {

        INDArray labels() {
            double[] each = numbers.stream().mapToDouble(Double::doubleValue).toArray();
            return Tensors.of(DataType.FLOAT, each, each.length);
        }
    }

    private Labelled labelled() {
        List<Path> folders = FolderEntry.in(folder).stream()
                .filter(FolderEntry::isFolder)
                .map(FolderEntry::path)
                .toList();
        DataException.check(
                !folders.isEmpty(),
                "ImageFolder expects a folder for each class in \"%s\" but got none; put the images of each class into a"
                        + " folder of their own",
                folder);
        List<String> classes =
                classNames.isEmpty() ? folders.stream().map(FolderEntry::nameOf).toList() : classNames;
        List<Path> files = new ArrayList<>();
        List<Double> labels = new ArrayList<>();
        for (Path each : folders) {
            int label = classes.indexOf(FolderEntry.nameOf(each));
            DataException.check(
                    label >= 0,
                    "ImageFolder expects folders for the classes %s in \"%s\" but got \"%s\"; a class that is not learned"
                            + " cannot be judged",
                    classes,
                    folder,
                    FolderEntry.nameOf(each));
            List<Path> images = images(each);
            files.addAll(images);
            labels.addAll(Collections.nCopies(images.size(), (double) label));
        }
        return new Labelled(files, labels, classes);
    }

    private static List<Path> images(Path folder) {
        List<FolderEntry> entries = FolderEntry.in(folder);
        DataException.check(
                !entries.isEmpty(),
                "ImageFolder expects images in \"%s\" but got none; remove the folder or fill it",
                folder);
        for (FolderEntry entry : entries) {
            DataException.check(
                    entry.isFile(),
                    "ImageFolder expects only images in the folder of a class but got the %s \"%s\"; %s",
                    entry.isFolder() ? "folder" : "device or pipe",
                    entry.path(),
                    entry.isFolder() ? "move its images up, or take it out" : "take it out");
        }
        return entries.stream().map(FolderEntry::path).toList();
    }

    private INDArray features(List<Path> files) {
        Image first = image(files.get(0));
        INDArray features = Memory.array(
                "ImageFolder", DataType.FLOAT, files.size(), first.channels(), first.height(), first.width());
        FloatBuffer to = HostMemory.floats(features);
        to.put(first.pixels());
        for (Path file : files.subList(1, files.size())) {
            to.put(image(file, first.height(), first.width(), files.get(0)).pixels());
        }
        HostMemory.put(to, features);
        return features;
    }

    /** An image that has to be as large as the first one. */
    Image image(Path file, int firstHeight, int firstWidth, Path first) {
        Image image = image(file);
        DataException.check(
                image.height() == firstHeight && image.width() == firstWidth,
                "ImageFolder expects images of one size but got %s × %s in \"%s\" after %s × %s in \"%s\"; call"
                        + " resize(height, width)",
                image.height(),
                image.width(),
                file,
                firstHeight,
                firstWidth,
                first);
        return image;
    }

    private Image image(Path file) {
        try {
            Image image = Image.read(file);
            Image coloured = grey ? image.greyscale() : image;
            return height == 0 ? coloured : coloured.resize(height, width);
        } catch (OutOfMemoryError e) {
            throw DataException.of(
                    e,
                    "ImageFolder expects an image that fits into %s MB in \"%s\" but got a larger one; make it smaller, or"
                            + " start Java with a larger -Xmx",
                    Runtime.getRuntime().maxMemory() >> 20,
                    file);
        }
    }
}
