package io.github.bn4j.plot.internal.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is drawn, as numbers, and as an XML parser reads it. */
class FigureTest {

    private static final double NONE = Double.NaN;
    private static final double[] EDGES = {
        NONE,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.MAX_VALUE,
        -Double.MAX_VALUE,
        Double.MIN_VALUE,
        0.0,
        -0.0,
        1e-300,
        1e9,
        1e9 + 1
    };

    private static SvgDocument svg(Panel panel) {
        return SvgDocument.of(SvgCanvas.write(Figure.of(panel)));
    }

    private static List<String> lines(SvgDocument document, Ink ink) {
        return document.elements("polyline").stream()
                .filter(line -> line.getAttribute("class").equals("s-" + ink.css()))
                .map(line -> line.getAttribute("points"))
                .toList();
    }

    /**
     * By hand: the labels of the second axis are "0" to "10", so less wide than the least room of 28, and the plot goes from 28 to 386 and
     * from 44 to 234. So 0, 5, 10 of the first axis are 28, 207, 386, and 0, 5, 10 of the second one 234, 139, 44.
     */
    @Test
    void placesPointsByTheirValues() {
        double[] x = {0, 5, 10};
        double[] y = {0, 10, 5};
        SvgDocument document = svg(Chart.of("a title", "across", "up", List.of(Line.of("a", Ink.BLUE, x, y))));

        assertThat(lines(document, Ink.BLUE)).containsExactly("28,234 207,44 386,139");
        assertThat(document.elements("circle"))
                .extracting(dot -> dot.getAttribute("cx") + " " + dot.getAttribute("cy"))
                .containsExactly("28 234", "207 44", "386 139");
        assertThat(document.texts())
                .containsExactly(
                        "a title", "up", "0", "2", "4", "6", "8", "10", "0", "2", "4", "6", "8", "10", "across");
        assertThat(document.document().getDocumentElement().getAttribute("viewBox"))
                .isEqualTo("0 0 416 288");
    }

    @Test
    void leavesGapsWhereNothingWasMeasured() {
        double[] x = {0, 1, 2, 3, 4, 5, 10};
        double[] y = {0, 10, NONE, 5, Double.POSITIVE_INFINITY, 10, 0};
        SvgDocument document = svg(Chart.of("", "", "", List.of(Line.of("a", Ink.BLUE, x, y))));

        assertThat(lines(document, Ink.BLUE)).containsExactly("28,234 63.8,44", "207,44 386,234");
        assertThat(document.elements("circle")).hasSize(5);
        assertThat(document.text()).doesNotContain("NaN").doesNotContain("Infinity");
    }

    @Test
    void drawsABandOfWhichBothEdgesAreThere() {
        double[] x = {0, 5, 10};
        Band band = new Band("", Ink.BLUE, x, new double[] {0, 2, NONE}, new double[] {10, 4, 8});
        SvgDocument document = svg(Chart.of("", "", "", List.of(band)));

        assertThat(document.elements("polygon"))
                .extracting(area -> area.getAttribute("points"))
                .containsExactly("28,234 207,196 207,158 28,44");
    }

    @Test
    void drawsBarsFromZero() {
        Bars bars = new Bars("", Ink.BLUE, 1, new double[] {0.5, 1.5, 2.5}, new double[] {5, -5, NONE});
        SvgDocument document = svg(Chart.of("", "", "", List.of(bars)));

        // The room on the left is for "-4" and the like, so less than 28; the second axis goes from −6 to 6 in steps of
        // 2.
        assertThat(document.elements("rect").stream().skip(1))
                .extracting(bar -> bar.getAttribute("y") + " " + bar.getAttribute("height"))
                .containsExactly("59.8 79.2", "139 79.2");
    }

    @Test
    void keepsPeaksOfLongLines() {
        int size = 100_000;
        double[] x = IntStream.range(0, size).mapToDouble(i -> i).toArray();
        double[] y = new double[size];
        y[12_345] = 1;
        y[54_321] = -1;
        y[77_777] = NONE;

        List<int[]> runs = Runs.of(x, y);

        assertThat(runs).hasSize(2);
        int[] points = runs.stream().flatMapToInt(Arrays::stream).toArray();
        assertThat(points).contains(12_345, 54_321).isSorted().hasSizeLessThanOrEqualTo(Runs.MOST);
    }

    @Test
    void escapesNames() {
        String name = "<b>&\"'\u0001\ud800 \ud83d\ude00";
        Series one = Line.of(name, Ink.BLUE, new double[] {0, 1}, new double[] {0, 1});
        Series other = Line.of("b", Ink.RED, new double[] {0, 1}, new double[] {1, 0});
        SvgDocument document = svg(Chart.of(name, name, name, List.of(one, other)));

        String read = "<b>&\"'\ufffd\ufffd \ud83d\ude00";
        assertThat(document.texts()).filteredOn(text -> text.equals(read)).hasSize(4);
        assertThat(document.document().getDocumentElement().getAttribute("aria-label"))
                .isEqualTo(read);
    }

    @Test
    void followsTheReadersChoiceOfLightOrDark() {
        String svg = SvgCanvas.write(
                Figure.of(Chart.of("", "", "", List.of(Line.of("", Ink.BLUE, new double[] {1}, new double[] {1})))));

        assertThat(svg)
                .contains("svg.bn4j .f-paper{fill:#ffffff}")
                .contains("@media screen and (prefers-color-scheme:dark){svg.bn4j .f-paper{fill:#161b22}")
                .doesNotContain("purple");
    }

    @Test
    void writesNumbersForEveryLocale() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            SvgDocument document = svg(HeatMap.of("", new double[] {0.25, 1}));
            assertThat(document.elements("rect").get(1).getAttribute("fill-opacity"))
                    .isEqualTo("0.25");
            assertThat(document.texts()).contains("1.00");
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void coloursATableByItsValues() {
        SvgDocument document = svg(HeatMap.of("t", new double[] {1, -2}, new double[] {NONE, 0}));

        assertThat(document.elements("rect").stream().skip(1).limit(2))
                .extracting(field -> field.getAttribute("class") + " " + field.getAttribute("fill-opacity") + " "
                        + field.getAttribute("x") + " " + field.getAttribute("y"))
                .containsExactly("f-blue 0.5 0 26", "f-orange  24 26");
        // Then the key, from −2 to 2.
        assertThat(document.texts()).containsExactly("t", "", "-2.00", "2.00");
    }

    @Test
    void drawsALargeTableAsAnImage() {
        double[][] values = new double[50][50];
        values[3][4] = 1;
        SvgDocument document = svg(HeatMap.of("t", values));

        assertThat(document.elements("image")).singleElement().satisfies(image -> assertThat(image.getAttribute("href"))
                .startsWith("data:image/png;base64,iVBOR"));
        assertThat(document.requireInside()).isGreaterThan(10);
    }

    @Test
    void paintsTheSameAsItWrites() {
        double[] x = {0, 5, 10};
        double[] y = {0, 10, 5};
        Figure figure = Figure.of(Chart.of("", "", "", List.of(Line.of("a", Ink.BLUE, x, y))));

        BufferedImage image = PixelCanvas.paint(figure, 1);

        assertThat(image.getWidth()).isEqualTo(416);
        assertThat(image.getHeight()).isEqualTo(288);
        // The dots of the points, 8 further for the margin.
        for (int[] point : new int[][] {{36, 242}, {215, 52}, {394, 147}}) {
            assertThat(image.getRGB(point[0], point[1]) & 0xffffff).isEqualTo(Ink.BLUE.light());
        }
        assertThat(image.getRGB(5, 5) & 0xffffff).isEqualTo(0xffffff);
    }

    @Test
    void putsPanelsInAGrid() {
        Panel small = HeatMap.of("a", new double[] {1});
        Panel wide = Chart.of("b", "", "", List.of(Line.of("", Ink.BLUE, new double[] {1}, new double[] {1})));
        Figure figure = new Figure(List.of(small, wide, wide), 2);

        assertThat(figure.title()).isEqualTo("a, b");
        assertThat(figure.width()).isEqualTo(8 + 400 + 20 + 400 + 8);
        assertThat(figure.height()).isEqualTo(8 + 272 + 20 + 272 + 8);
        SvgDocument.of(SvgCanvas.write(figure)).requireInside();
        assertThatThrownBy(() -> new Figure(List.of(), 1)).hasMessage("Figure expects at least one panel but got none");
        assertThatThrownBy(() -> new Figure(List.of(small), 0))
                .hasMessage("Figure expects at least one column but got 0");
    }

    @Test
    void refusesSeriesOfDifferentLengths() {
        assertThatThrownBy(() -> Line.of("", Ink.BLUE, new double[1], new double[2]))
                .hasMessage("Line expects as many y as x but got 2 and 1");
        assertThatThrownBy(() -> new Points("", Ink.BLUE, true, new double[1], new double[2]))
                .hasMessage("Points expects as many y as x but got 2 and 1");
        assertThatThrownBy(() -> new Band("", Ink.BLUE, new double[1], new double[2], new double[1]))
                .hasMessage("Band expects as many values as x but got 2 and 1 for 1");
        assertThatThrownBy(() -> new Bars("", Ink.BLUE, 1, new double[1], new double[2]))
                .hasMessage("Bars expects as many heights as x but got 2 and 1");
        assertThatThrownBy(() -> new HeatMap("", List.of(), List.of(), List.of(), "", "", 1))
                .hasMessage("HeatMap expects at least one field but got none");
        assertThatThrownBy(() -> new ImageGrid("", List.of(), 1, 10))
                .hasMessage("ImageGrid expects at least one image but got none");
        assertThatThrownBy(() -> new ImageGrid("", List.of(new Tile(new Raster(1, 1, new int[1]), "", Ink.TEXT)), 0, 1))
                .hasMessage("ImageGrid expects at least one column but got 0");
        assertThatThrownBy(() -> new Raster(2, 2, new int[3])).hasMessage("Raster expects 2×2 pixels but got 3");
    }

    /** Usual values, any bits, and those at the edges. */
    private static double any(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextDouble() * 4 - 2;
            case 1 -> Double.longBitsToDouble(random.nextLong());
            case 2 -> EDGES[random.nextInt(EDGES.length)];
            default -> random.nextGaussian() * 1e-9 + 1e3;
        };
    }

    private static String anyName(Random random) {
        return random.ints(random.nextInt(60), 0, random.nextBoolean() ? 0x80 : 0x10ffff)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void drawsAnyNumbersInsideOfTheViewBox(int seed) {
        Random random = new Random(seed);
        for (int i = 0; i < 75; i++) {
            double[] values = random.doubles(1 + random.nextInt(40))
                    .map(any -> any(random))
                    .toArray();
            draw(values, anyName(random));
        }
    }

    private static void draw(double[] values, String name) {
        double[] x = IntStream.range(0, values.length).mapToDouble(i -> i).toArray();
        double[] falling = Arrays.stream(values).map(value -> value / 3).toArray();
        List<Series> series = List.of(
                Line.of(name, Ink.BLUE, x, values),
                new Points("points", Ink.RED, false, values, x),
                new Band("band", Ink.TEAL, x, falling, values),
                new Bars("bars " + name, Ink.PINK, 0.8, x, values));
        Chart chart = Chart.of(name, name, name, series);
        Chart other =
                Chart.of(name, "", "", series.subList(0, 1)).x(Scale::whole).y(all -> Scale.byFactors(10, all));
        Figure figure = new Figure(
                List.of(
                        chart,
                        other,
                        other.y(Scale::fromZero),
                        other.y(Scale::ofShares),
                        HeatMap.of(name, values, falling)),
                2);

        SvgDocument document = SvgDocument.of(SvgCanvas.write(figure));

        assertThat(document.requireInside()).isGreaterThan(20);
        String attributes = document.text().replaceAll(">[^<]*<", "><").replaceAll("aria-label=\"[^\"]*\"", "");
        assertThat(attributes).doesNotContain("NaN").doesNotContain("Infinity");
        PixelCanvas.paint(figure, 0.25);
    }
}
