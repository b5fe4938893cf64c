package io.github.bn4j.train;

import static io.github.bn4j.internal.Checks.checkArgument;
import static io.github.bn4j.internal.Checks.checkGiven;

import java.util.HashSet;
import java.util.List;

/** What the settings of optimisers have to be. */
final class OptimizerChecks {

    private OptimizerChecks() {}

    static void checkRate(String who, double learningRate) {
        checkPositive(who, "a learning rate", learningRate);
    }

    static void checkPositive(String who, String what, double value) {
        checkArgument(value > 0 && Double.isFinite(value), "%s expects %s above 0 but got %s", who, what, value);
    }

    static void checkNotNegative(String who, String what, double value) {
        checkArgument(value >= 0 && Double.isFinite(value), "%s expects %s of at least 0 but got %s", who, what, value);
    }

    static void checkShare(String who, String what, double share) {
        checkArgument(share >= 0 && share < 1, "%s expects %s from 0 to below 1 but got %s", who, what, share);
    }

    static void checkBetas(String who, double beta1, double beta2) {
        checkArgument(
                beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1,
                "%s expects betas from 0 to below 1 but got %s and %s",
                who,
                beta1,
                beta2);
    }

    /** The settings that all of Adam's relatives have. */
    static void checkAdam(
            String who, double learningRate, double beta1, double beta2, double epsilon, double weightDecay) {
        checkRate(who, learningRate);
        checkBetas(who, beta1, beta2);
        checkPositive(who, "epsilon", epsilon);
        checkNotNegative(who, "weight decay", weightDecay);
    }

    /** Checks that each slot of an optimiser has a name of its own. */
    static void checkSlots(Optimizer optimizer) {
        List<String> slots = checkGiven(optimizer.slots(), "optimizer " + optimizer, "names of slots");
        checkArgument(
                new HashSet<>(slots).size() == slots.size(),
                "optimizer %s expects slots of different names but got %s; rename one",
                optimizer,
                slots);
    }
}
