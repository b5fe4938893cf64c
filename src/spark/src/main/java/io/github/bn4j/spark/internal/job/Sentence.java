package io.github.bn4j.spark.internal.job;

/** What Spark says of a failure, without the stack traces in it. */
final class Sentence {

    private static final int LONGEST = 500;

    private Sentence() {}

    static String of(String message) {
        String reason = "Most recent failure reason: ";
        int found = message.indexOf(reason);
        String said = found < 0 ? message : message.substring(found + reason.length());
        int stack = said.indexOf("\n\tat ");
        String text = (stack < 0 ? said : said.substring(0, stack)).strip().replaceAll("\\s+", " ");
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }
}
