package io.github.bn4j.data.internal.augmentation;

/** Numbers of two examples in one. */
final class Mixture {

    private Mixture() {}

    /**
     * Mixes numbers where they are.
     *
     * @param own Modified.
     * @param part the share that they keep
     */
    static void mix(float[] own, float[] other, float part) {
        for (int i = 0; i < own.length; i++) {
            own[i] = part * own[i] + (1 - part) * other[i];
        }
    }
}
