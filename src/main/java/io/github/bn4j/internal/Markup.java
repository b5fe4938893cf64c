package io.github.bn4j.internal;

/** Text inside of XML and HTML. */
public final class Markup {

    private Markup() {}

    /** As content of an element, or as the value of an attribute in double quotes. What XML 1.0 has no character for becomes U+FFFD. */
    public static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        text.codePoints().forEach(character -> append(escaped, character));
        return escaped.toString();
    }

    private static void append(StringBuilder escaped, int character) {
        switch (character) {
            case '<' -> escaped.append("&lt;");
            case '>' -> escaped.append("&gt;");
            case '&' -> escaped.append("&amp;");
            case '"' -> escaped.append("&quot;");
            default -> escaped.appendCodePoint(isCharacter(character) ? character : 0xfffd);
        }
    }

    private static boolean isCharacter(int character) {
        boolean blank = character == '\t' || character == '\n' || character == '\r';
        boolean basic = character >= 0x20 && character < 0xfffe && !Character.isSurrogate((char) character);
        return blank || basic || character > 0xffff;
    }
}
