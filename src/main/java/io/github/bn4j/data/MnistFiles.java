package io.github.bn4j.data;

import io.github.bn4j.data.internal.download.Checksum;
import io.github.bn4j.data.internal.download.RemoteFile;
import java.nio.file.Path;
import java.util.List;

/** The four files that MNIST and its relatives consist of. */
final class MnistFiles {

    private MnistFiles() {}

    static List<RemoteFile> of(
            String folder, Checksum trainImages, Checksum trainLabels, Checksum testImages, Checksum testLabels) {
        return List.of(
                RemoteFile.of(folder, "train-images-idx3-ubyte.gz", trainImages),
                RemoteFile.of(folder, "train-labels-idx1-ubyte.gz", trainLabels),
                RemoteFile.of(folder, "t10k-images-idx3-ubyte.gz", testImages),
                RemoteFile.of(folder, "t10k-labels-idx1-ubyte.gz", testLabels));
    }

    /** The data of the files, in the order of {@link #of}. */
    static Split load(List<Path> files, List<String> classes) {
        return new Split(load(files.get(0), files.get(1), classes), load(files.get(2), files.get(3), classes));
    }

    private static Dataset load(Path images, Path labels, List<String> classes) {
        Dataset data = Idx.images(images, labels);
        double[] numbers = data.labels().data().asDouble();
        for (int row = 0; row < numbers.length; row++) {
            DataException.check(
                    numbers[row] < classes.size(),
                    "Idx expects labels from 0 to %s in \"%s\" but got %s at position %s; get the file again",
                    classes.size() - 1,
                    labels,
                    (int) numbers[row],
                    row);
        }
        return data.classNames(classes);
    }
}
