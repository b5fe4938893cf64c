package io.github.bn4j.fuzz;

import java.util.Arrays;
import java.util.Random;

/** Small changes of bytes, of the kinds that readers stumble over. */
public final class Mutation {

    private static final int[] NUMBERS = {
        0, 1, -1, 127, 128, 255, 256, 32767, 65535, 65536, 1 << 24, Integer.MAX_VALUE, 1 << 31
    };

    private Mutation() {}

    /** The bytes with up to three changes. */
    public static byte[] of(byte[] bytes, Random random) {
        byte[] changed = bytes;
        for (int i = random.nextInt(4); i > 0 && changed.length > 0; i--) {
            changed = once(changed, random);
        }
        return changed;
    }

    private static byte[] once(byte[] bytes, Random random) {
        int at = random.nextInt(bytes.length);
        int length = Math.min(bytes.length - at, 1 + random.nextInt(1 + random.nextInt(64)));
        byte[] copy = bytes.clone();
        switch (random.nextInt(7)) {
            case 0 -> copy[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> copy[at] = (byte) random.nextInt(256);
            case 2 -> {
                int number = NUMBERS[random.nextInt(NUMBERS.length)];
                boolean little = random.nextBoolean();
                for (int i = 0; i < 4 && at + i < copy.length; i++) {
                    copy[at + i] = (byte) (number >> (8 * (little ? i : 3 - i)));
                }
            }
            case 3 -> {
                return Arrays.copyOf(copy, at);
            }
            case 4 -> {
                return join(Arrays.copyOf(copy, at), Arrays.copyOfRange(copy, at + length, copy.length));
            }
            case 5 -> {
                return join(Arrays.copyOf(copy, at + length), Arrays.copyOfRange(copy, at, copy.length));
            }
            default -> Arrays.fill(copy, at, at + length, (byte) (random.nextBoolean() ? 0 : 255));
        }
        return copy;
    }

    private static byte[] join(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
