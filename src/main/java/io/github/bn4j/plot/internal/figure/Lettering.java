package io.github.bn4j.plot.internal.figure;

/**
 * What text looks like.
 *
 * @param size of the font, in pixels
 * @param upright whether it runs from below to above, around the point where it is put
 */
public record Lettering(Ink ink, double size, Anchor anchor, boolean bold, boolean upright) {

    private static final double NARROW = 0.32;
    private static final double USUAL = 0.57;
    private static final double CAPITAL = 0.7;
    private static final double WIDE = 0.9;
    private static final double FULL = 1.05;

    static final Lettering TITLE = new Lettering(Ink.TEXT, 15, Anchor.START, true, false);
    static final Lettering LABEL = new Lettering(Ink.FAINT, 12.5, Anchor.START, false, false);
    static final Lettering LEGEND = new Lettering(Ink.TEXT, 13, Anchor.START, false, false);

    Lettering at(Anchor where) {
        return new Lettering(ink, size, where, bold, upright);
    }

    Lettering in(Ink other) {
        return new Lettering(other, size, anchor, bold, upright);
    }

    Lettering of(double otherSize) {
        return new Lettering(ink, otherSize, anchor, bold, upright);
    }

    Lettering turned() {
        return new Lettering(ink, size, anchor, bold, true);
    }

    /** The width of a text, about: fonts differ, and a page is laid out where there may be none. */
    double width(String text) {
        return text.codePoints().mapToDouble(Lettering::share).sum() * size * (bold ? 1.07 : 1);
    }

    private static double share(int character) {
        if (character < ' ') {
            // Drawn as U+FFFD, if at all.
            return FULL;
        }
        if (character >= 0x1100) {
            return character >= 0x2000 && character < 0x2e80 ? USUAL : FULL;
        }
        if ("iljtfrI.,:;'|!()[]{} /\\`\"".indexOf(character) >= 0) {
            return NARROW;
        }
        if ("mwMW@%".indexOf(character) >= 0) {
            return WIDE;
        }
        return Character.isUpperCase(character) ? CAPITAL : USUAL;
    }

    /** A text, or as much of it as has room, with an ellipsis. */
    String fit(String text, double room) {
        if (width(text) <= room) {
            return text;
        }
        int[] characters = text.codePoints().toArray();
        int kept = characters.length;
        while (kept > 0 && width(new String(characters, 0, kept) + "…") > room) {
            kept--;
        }
        return new String(characters, 0, kept) + "…";
    }
}
