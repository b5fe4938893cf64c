package io.github.bn4j.spark.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkContext$;
import org.apache.spark.api.java.JavaSparkContext;

/** The one Spark context that a JVM can have, as a test wants it; it goes on to the next test that wants the same. */
public final class TestSpark {

    /** Two executors of their own, with a core each. */
    public static final String TWO_EXECUTORS = "local-cluster[2,1,1024]";

    private TestSpark() {}

    /** A context of this master. */
    public static synchronized JavaSparkContext context(String master) {
        if (!SparkContext$.MODULE$.getActive().isEmpty()) {
            SparkContext active = SparkContext$.MODULE$.getActive().get();
            if (active.master().equals(master) && !active.isStopped()) {
                return new JavaSparkContext(active);
            }
            active.stop();
        }
        makeHome();
        JavaSparkContext spark = new JavaSparkContext(conf(master));
        spark.setLogLevel("OFF");
        return spark;
    }

    /** Executors are started in SPARK_HOME, whose jars may be none, as they have the class path of this JVM. */
    private static void makeHome() {
        String home = System.getenv("SPARK_HOME");
        try {
            Files.createDirectories(Path.of(home == null ? "target" : home, "jars"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What all masters are told. */
    public static SparkConf conf(String master) {
        return new SparkConf()
                .setMaster(master)
                .setAppName("bn4j")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1")
                .set("spark.executor.extraClassPath", System.getProperty("java.class.path"))
                .set("spark.executor.memory", "1g")
                .set("spark.executorEnv.OMP_NUM_THREADS", "1")
                .set("spark.executor.extraJavaOptions", "-Xss512k -XX:TieredStopAtLevel=1")
                .set("spark.sql.shuffle.partitions", "2");
    }
}
