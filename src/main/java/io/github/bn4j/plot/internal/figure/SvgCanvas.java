package io.github.bn4j.plot.internal.figure;

import io.github.bn4j.internal.Markup;
import java.util.Base64;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Writes SVG 1.1: text as text, colours as classes, so that a page or a file follows the reader's choice of light or dark. */
public final class SvgCanvas implements Canvas {

    private static final String FONTS =
            "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,'Noto Sans',sans-serif";

    private final StringBuilder content = new StringBuilder();
    private final Set<Ink> used = EnumSet.noneOf(Ink.class);

    private SvgCanvas() {}

    /** A figure that needs nothing else: a file, or a part of a page. */
    public static String write(Figure figure) {
        SvgCanvas canvas = new SvgCanvas();
        figure.draw(canvas);
        return canvas.wrap(figure, "<style>" + style(canvas.used) + "</style>");
    }

    private static String style(Set<Ink> inks) {
        return "svg.bn4j{max-width:100%;height:auto;font-family:" + FONTS + "}"
                + "svg.bn4j text{text-rendering:optimizeLegibility}"
                + inks.stream().map(ink -> rules(ink, ink.light())).collect(Collectors.joining())
                + "@media screen and (prefers-color-scheme:dark){"
                + inks.stream().map(ink -> rules(ink, ink.dark())).collect(Collectors.joining())
                + "}";
    }

    private static String rules(Ink ink, int colour) {
        String hex = String.format(Locale.ROOT, "#%06x", colour);
        return "svg.bn4j .f-" + ink.css() + "{fill:" + hex + "}svg.bn4j .s-" + ink.css() + "{fill:none;stroke:" + hex
                + "}";
    }

    private String wrap(Figure figure, String style) {
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"bn4j\" viewBox=\"0 0 " + number(figure.width()) + " "
                + number(figure.height()) + "\" width=\"" + number(figure.width()) + "\" height=\""
                + number(figure.height()) + "\" role=\"img\" aria-label=\"" + Markup.escape(figure.title()) + "\">"
                + style + content + "</svg>";
    }

    @Override
    public void box(Ink ink, double opacity, double x, double y, double width, double height, String hint) {
        content.append("<rect class=\"").append(fill(ink)).append('"');
        place(x, y, width, height);
        if (opacity < 1) {
            content.append(" fill-opacity=\"")
                    .append(String.format(Locale.ROOT, "%.3f", opacity).replaceAll("\\.?0+$", ""))
                    .append('"');
        }
        close("rect", hint);
    }

    private void place(double x, double y, double width, double height) {
        content.append(" x=\"")
                .append(number(x))
                .append("\" y=\"")
                .append(number(y))
                .append("\" width=\"")
                .append(number(width))
                .append("\" height=\"")
                .append(number(height))
                .append('"');
    }

    private void close(String element, String hint) {
        if (hint.isEmpty()) {
            content.append("/>");
        } else {
            content.append("><title>")
                    .append(Markup.escape(hint))
                    .append("</title></")
                    .append(element)
                    .append('>');
        }
    }

    @Override
    public void line(Ink ink, double width, boolean dashed, double[] x, double[] y) {
        content.append("<polyline class=\"")
                .append(stroke(ink))
                .append("\" stroke-width=\"")
                .append(number(width))
                .append("\" stroke-linejoin=\"round\"")
                .append(dashed ? " stroke-dasharray=\"5 4\"" : "")
                .append(" points=\"")
                .append(points(x, y))
                .append("\"/>");
    }

    @Override
    public void area(Ink ink, double[] x, double[] y) {
        content.append("<polygon class=\"")
                .append(fill(ink))
                .append("\" fill-opacity=\"0.18\" points=\"")
                .append(points(x, y))
                .append("\"/>");
    }

    private static String points(double[] x, double[] y) {
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < x.length; i++) {
            points.append(i == 0 ? "" : " ").append(number(x[i])).append(',').append(number(y[i]));
        }
        return points.toString();
    }

    @Override
    public void dot(Ink ink, double x, double y, double radius, boolean filled) {
        content.append("<circle class=\"")
                .append(filled ? fill(ink) : stroke(ink))
                .append(filled ? "\"" : "\" stroke-width=\"1.5\"")
                .append(" cx=\"")
                .append(number(x))
                .append("\" cy=\"")
                .append(number(y))
                .append("\" r=\"")
                .append(number(radius))
                .append("\"/>");
    }

    @Override
    public void text(String text, double x, double y, Lettering lettering) {
        content.append("<text class=\"")
                .append(fill(lettering.ink()))
                .append("\" x=\"")
                .append(number(x))
                .append("\" y=\"")
                .append(number(y))
                .append("\" font-size=\"")
                .append(number(lettering.size()))
                .append('"')
                .append(lettering.bold() ? " font-weight=\"600\"" : "");
        if (lettering.anchor() != Anchor.START) {
            content.append(" text-anchor=\"")
                    .append(lettering.anchor().name().toLowerCase(Locale.ROOT))
                    .append('"');
        }
        if (lettering.upright()) {
            content.append(" transform=\"rotate(-90 ")
                    .append(number(x))
                    .append(' ')
                    .append(number(y))
                    .append(")\"");
        }
        content.append('>').append(Markup.escape(text)).append("</text>");
    }

    @Override
    public void image(Raster image, double x, double y, double width, double height, String hint) {
        content.append("<image");
        place(x, y, width, height);
        content.append(
                        " preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\" href=\"data:image/png;base64,")
                .append(Base64.getEncoder().encodeToString(image.png()))
                .append('"');
        close("image", hint);
    }

    @Override
    public void shifted(double x, double y, Consumer<Canvas> inside) {
        content.append("<g transform=\"translate(")
                .append(number(x))
                .append(' ')
                .append(number(y))
                .append(")\">");
        inside.accept(this);
        content.append("</g>");
    }

    private String fill(Ink ink) {
        used.add(ink);
        return "f-" + ink.css();
    }

    private String stroke(Ink ink) {
        used.add(ink);
        return "s-" + ink.css();
    }

    /** To a tenth of a pixel. */
    static String number(double value) {
        long tenths = Math.round(value * 10);
        String digits = Long.toString(Math.abs(tenths) / 10) + (tenths % 10 == 0 ? "" : "." + Math.abs(tenths) % 10);
        return tenths < 0 ? "-" + digits : digits;
    }
}
