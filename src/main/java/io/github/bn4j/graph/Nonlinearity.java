package io.github.bn4j.graph;

/** What a function that is not linear is for; it matters to all of them where their input lies. */
public enum Nonlinearity {
    /** Between hidden layers, such as ReLU. */
    HIDDEN,
    /** For outputs too, such as sigmoid and softmax, which make probabilities. */
    OUTPUT
}
