package io.github.bn4j.engine;

/** How exact numbers are, and so how far results in them may lie from those in float64. */
enum Accuracy {

    /** Some two hundred roundings; and errors behind every node of some ten, which is what a sum of thousands of products loses. */
    FLOAT32(2e-5, 16, 5e-7, 0x1p-24),
    /** Values, weights and gradients are rounded to 8 bits where they are stored, of which sums of products take two. */
    BFLOAT16(0x1p-8, 2, 0x1p-9, 0x1p-12);

    /** What may be wrong in any case, as a share of the largest element of a tensor. */
    final double share;

    /** How often what random errors do to a tensor may be wrong, as those of sums are not random alone. */
    final int factor;

    /** The random error of each element, as a share of the largest. */
    final double own;

    /** That of a channel, which a sum leaves that is taken in one step. */
    final double rounding;

    Accuracy(double share, int factor, double own, double rounding) {
        this.share = share;
        this.factor = factor;
        this.own = own;
        this.rounding = rounding;
    }
}
