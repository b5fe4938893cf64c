package io.github.bn4j.plot.internal.figure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;

/** An SVG document as an XML parser reads it. */
public record SvgDocument(String text, Document document) {

    /** Texts that stand at an edge may reach beyond it by rounding. */
    private static final double ROUNDING = 0.1;

    public static SvgDocument of(String text) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setNamespaceAware(true);
            return new SvgDocument(text, factory.newDocumentBuilder().parse(new InputSource(new StringReader(text))));
        } catch (Exception e) {
            throw new AssertionError(text, e);
        }
    }

    public List<Element> elements(String name) {
        var nodes = document.getElementsByTagName(name);
        return IntStream.range(0, nodes.getLength())
                .mapToObj(i -> (Element) nodes.item(i))
                .toList();
    }

    public List<String> texts() {
        return elements("text").stream().map(Element::getTextContent).toList();
    }

    /** Whether all that has a place has it inside of the view box; returns how many points were looked at. */
    public int requireInside() {
        double[] box = numbers(document.getDocumentElement().getAttribute("viewBox"));
        List<double[]> points = new ArrayList<>();
        collect(document.getDocumentElement(), 0, 0, points);
        for (double[] point : points) {
            assertThat(point[0]).isBetween(box[0] - ROUNDING, box[2] + ROUNDING);
            assertThat(point[1]).isBetween(box[1] - ROUNDING, box[3] + ROUNDING);
        }
        return points.size();
    }

    private static void collect(Element element, double dx, double dy, List<double[]> points) {
        double x = dx;
        double y = dy;
        switch (element.getTagName()) {
            case "g" -> {
                double[] shift = numbers(element.getAttribute("transform").replaceAll("[^0-9. -]", ""));
                x += shift[0];
                y += shift[1];
            }
            case "rect", "image" -> {
                double left = x + number(element, "x");
                double top = y + number(element, "y");
                points.add(new double[] {left, top});
                points.add(new double[] {left + number(element, "width"), top + number(element, "height")});
                assertThat(number(element, "width")).isNotNegative();
                assertThat(number(element, "height")).isNotNegative();
            }
            case "circle" -> points.add(new double[] {x + number(element, "cx"), y + number(element, "cy")});
            case "polyline", "polygon" -> {
                double[] all = numbers(element.getAttribute("points").replace(',', ' '));
                for (int i = 0; i < all.length; i += 2) {
                    points.add(new double[] {x + all[i], y + all[i + 1]});
                }
            }
            case "text" -> addText(element, x, y, points);
            default -> {}
        }
        for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Element inner) {
                collect(inner, x, y, points);
            }
        }
    }

    private static void addText(Element element, double dx, double dy, List<double[]> points) {
        double x = dx + number(element, "x");
        double y = dy + number(element, "y");
        double width = new Lettering(
                        Ink.TEXT,
                        number(element, "font-size"),
                        Anchor.START,
                        !element.getAttribute("font-weight").isEmpty(),
                        false)
                .width(element.getTextContent());
        double before =
                switch (element.getAttribute("text-anchor")) {
                    case "middle" -> width / 2;
                    case "end" -> width;
                    default -> 0;
                };
        boolean upright = !element.getAttribute("transform").isEmpty();
        points.add(upright ? new double[] {x, y + before} : new double[] {x - before, y});
        points.add(upright ? new double[] {x, y + before - width} : new double[] {x - before + width, y});
    }

    private static double number(Element element, String name) {
        return Double.parseDouble(element.getAttribute(name));
    }

    private static double[] numbers(String text) {
        return Arrays.stream(text.trim().split("\\s+"))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }
}
