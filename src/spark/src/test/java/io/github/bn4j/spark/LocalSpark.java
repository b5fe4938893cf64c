package io.github.bn4j.spark;

import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Hands one Spark session with two threads to all tests; a test that stops it leaves a new one to the next. */
public final class LocalSpark implements ParameterResolver {

    private static final String MASTER = "local[2]";

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        return parameter.getParameter().getType() == SparkSession.class;
    }

    @Override
    public SparkSession resolveParameter(ParameterContext parameter, ExtensionContext test) {
        return session();
    }

    /** The session, which goes away with the JVM. */
    public static synchronized SparkSession session() {
        SparkSession found = start();
        if (found.sparkContext().master().equals(MASTER)) {
            return found;
        }
        found.stop();
        return start();
    }

    private static SparkSession start() {
        SparkSession session = SparkSession.builder()
                .master(MASTER)
                .appName("bn4j")
                .config("spark.ui.enabled", false)
                .config("spark.sql.shuffle.partitions", 3)
                .config("spark.driver.host", "127.0.0.1")
                .config("spark.driver.bindAddress", "127.0.0.1")
                .getOrCreate();
        session.sparkContext().setLogLevel("OFF");
        return session;
    }
}
