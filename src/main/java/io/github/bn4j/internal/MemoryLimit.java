package io.github.bn4j.internal;

import static io.github.bn4j.internal.Checks.checkArgument;

import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Pointer;

/**
 * How much memory outside the Java heap one program or one network may take, so that what is too large is refused in a sentence
 * before it is taken, and not by the operating system.
 *
 * <p>It is what {@code -Dbn4j.memory=} says, in bytes or with {@code k}, {@code m}, {@code g} or {@code t} as for {@code
 * -Xmx}; else the limit of JavaCPP, beyond which ND4J gets nothing ({@code org.bytedeco.javacpp.maxphysicalbytes}, without which
 * it is four times the Java heap); else the memory of the computer.
 */
public final class MemoryLimit {

    private static final String PROPERTY = "bn4j.memory";
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,12})([kmgt]?)");
    private static final String UNITS = "kmgt";

    private MemoryLimit() {}

    /** The limit in bytes, as it is set now. */
    public static long bytes() {
        String set = System.getProperty(PROPERTY);
        if (set != null) {
            return parse(set);
        }
        Natives.prepare();
        long physical = Pointer.maxPhysicalBytes();
        return physical > 0
                ? physical
                : ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                        .getTotalMemorySize();
    }

    private static long parse(String text) {
        Matcher size = SIZE.matcher(text.toLowerCase(Locale.ROOT));
        checkArgument(
                size.matches(),
                "%s expects a number of bytes such as 8g or 512m but got \"%s\"; correct -D%s",
                PROPERTY,
                text,
                PROPERTY);
        int unit = size.group(2).isEmpty() ? 0 : 1 + UNITS.indexOf(size.group(2));
        return (long) Math.min(Long.MAX_VALUE, Long.parseLong(size.group(1)) * Math.pow(1024, unit));
    }

    /**
     * Refuses what needs more.
     *
     * @param who needs it
     * @param bytes how much; more than a long can count may be needed
     * @param what most of it is for
     * @param advice how to need less
     * @throws IllegalArgumentException if that is more than the limit
     */
    public static void require(String who, double bytes, String what, String advice) {
        long limit = bytes();
        checkArgument(
                bytes <= limit,
                "%s expects at most %s MB of memory but got %s MB, most of it for %s; %s, or allow more with -D%s",
                who,
                limit >> 20,
                String.format(Locale.ROOT, "%.0f", Math.ceil(bytes / (1 << 20))),
                what,
                advice,
                PROPERTY);
    }
}
