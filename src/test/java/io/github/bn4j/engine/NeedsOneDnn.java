package io.github.bn4j.engine;

import io.github.bn4j.engine.onednn.OneDnnEngine;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Marks tests that are left out where oneDNN cannot run, or fail there if {@code ONEDNN_HAS_TO_RUN} is {@code true} in the environment. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsOneDnn.Condition.class)
public @interface NeedsOneDnn {

    /** Looks whether it can. */
    final class Condition implements ExecutionCondition {

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            boolean hasTo = "true".equals(System.getenv("ONEDNN_HAS_TO_RUN"));
            return OneDnnEngine.obstacle()
                    .filter(obstacle -> !hasTo)
                    .map(obstacle -> ConditionEvaluationResult.disabled("oneDNN cannot run here: " + obstacle))
                    .orElseGet(() -> ConditionEvaluationResult.enabled("oneDNN can run here, or has to"));
        }
    }
}
