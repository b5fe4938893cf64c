package io.github.bn4j.spark.internal.ml;

import io.github.bn4j.spark.internal.inference.PortableNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWriter;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.ml.util.MLWriter;
import org.apache.spark.sql.SparkSession;
import scala.Option;

/**
 * Estimators and models in a folder of any file system that Hadoop knows: {@code metadata} as spark.ml writes it, with all params, and
 * {@code network.safetensors}, which {@code Network.load} reads.
 */
public final class SavedNetwork {

    private static final String FILE = "network.safetensors";

    private SavedNetwork() {}

    /**
     * Writes one.
     *
     * @param instance whose params are written
     * @param network the file
     */
    public static MLWriter writer(Params instance, PortableNetwork network) {
        return new MLWriter() {
            @Override
            public void saveImpl(String path) {
                DefaultParamsWriter.saveMetadata(instance, path, sparkSession());
                write(sparkSession(), new Path(path, FILE), network.file());
            }
        };
    }

    /** Makes an estimator or model of what was written. */
    @FunctionalInterface
    public interface Maker<T> {

        /** One with this network and this unique name. */
        T make(PortableNetwork network, String uid);
    }

    /**
     * Reads what {@link #writer} wrote.
     *
     * @param type of what was written
     */
    public static <T extends Params> MLReader<T> reader(Class<T> type, Maker<T> maker) {
        return new MLReader<>() {
            @Override
            public T load(String path) {
                DefaultParamsReader.Metadata metadata =
                        DefaultParamsReader.loadMetadata(path, sparkSession(), type.getName());
                PortableNetwork network = PortableNetwork.ofFile(read(sparkSession(), new Path(path, FILE)));
                T instance = Uids.known(metadata.uid(), () -> maker.make(network, metadata.uid()));
                metadata.getAndSetParams(instance, Option.<scala.collection.immutable.List<String>>empty());
                return instance;
            }
        };
    }

    private static void write(SparkSession spark, Path path, byte[] bytes) {
        try (FSDataOutputStream out = files(spark, path).create(path, false)) {
            out.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] read(SparkSession spark, Path path) {
        try (FSDataInputStream in = files(spark, path).open(path)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FileSystem files(SparkSession spark, Path path) throws IOException {
        return path.getFileSystem(spark.sparkContext().hadoopConfiguration());
    }
}
