package io.github.bn4j.engine;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.nd4j.linalg.api.buffer.DataType;

/** Marks tests that are left out where mixed precision does not pay, which is where it is refused. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(NeedsBfloat16.Condition.class)
public @interface NeedsBfloat16 {

    /** Looks whether it does. */
    final class Condition implements ExecutionCondition {

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            return Engine.fastest(DataType.FLOAT)
                    .obstacle(Precision.MIXED)
                    .map(obstacle ->
                            ConditionEvaluationResult.disabled("mixed precision does not pay here: " + obstacle))
                    .orElseGet(() -> ConditionEvaluationResult.enabled("mixed precision pays here"));
        }
    }
}
