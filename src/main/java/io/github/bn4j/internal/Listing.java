package io.github.bn4j.internal;

import java.util.List;
import java.util.stream.Collectors;

/** Lists in messages, which stay short however long a list is. */
public final class Listing {

    private static final int MOST = 20;

    private Listing() {}

    /** The list as it prints, or its start and how many more there are. */
    public static String of(List<?> list) {
        return list.size() <= MOST
                ? list.toString()
                : list.stream().limit(MOST).map(String::valueOf).collect(Collectors.joining(", ", "[", ", … "))
                        + (list.size() - MOST) + " more]";
    }
}
