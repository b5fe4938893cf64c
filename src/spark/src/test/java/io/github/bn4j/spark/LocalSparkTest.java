package io.github.bn4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LocalSpark.class)
class LocalSparkTest {

    @Test
    void starts(SparkSession spark) {
        assertThat(spark.range(1000).count()).isEqualTo(1000);
    }

    @Test
    void startsAgainAfterATestHasStoppedIt(SparkSession spark) {
        spark.stop();

        assertThat(LocalSpark.session().range(3).count()).isEqualTo(3);
    }
}
