package io.github.bn4j.plot.internal.figure;

import static io.github.bn4j.internal.Checks.checkArgument;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A table of coloured fields.
 *
 * @param cells row by row, all of the same length, at least one
 * @param rows the names of the rows; empty for none
 * @param columns the names of the columns; empty for none
 * @param rowTitle what the rows are; empty for nothing
 * @param columnTitle what the columns are; empty for nothing
 * @param key what the strongest colour stands for; NaN for no key
 */
public record HeatMap(
        String title,
        List<List<Cell>> cells,
        List<String> rows,
        List<String> columns,
        String rowTitle,
        String columnTitle,
        double key)
        implements Panel {

    private static final double ROOM = 336;
    private static final double TOP = 26;
    private static final double LONGEST_NAME = 120;
    private static final double NAME_ROOM = 14;
    private static final double LEAST_WIDTH = 200;
    private static final double WITH_TEXT = 28;

    /** With more fields than this they are one image, and have neither text nor hints. */
    private static final int MOST_FIELDS = 900;

    private static final int KEY_STEPS = 24;

    public HeatMap {
        cells = cells.stream().map(List::copyOf).toList();
        rows = List.copyOf(rows);
        columns = List.copyOf(columns);
        checkArgument(!cells.isEmpty() && !cells.get(0).isEmpty(), "HeatMap expects at least one field but got none");
    }

    /** Values as colours: blue above 0, orange below, the stronger the larger; nothing where a value is NaN or infinite. */
    public static HeatMap of(String title, double[]... values) {
        double largest = Arrays.stream(values)
                .flatMapToDouble(Arrays::stream)
                .filter(Double::isFinite)
                .map(Math::abs)
                .max()
                .orElse(0);
        List<List<Cell>> cells = Arrays.stream(values)
                .map(row -> Arrays.stream(row)
                        .mapToObj(value -> Cell.of(value, largest))
                        .toList())
                .toList();
        return new HeatMap(title, cells, List.of(), List.of(), "", "", largest);
    }

    private boolean hasText() {
        return cells.stream().flatMap(List::stream).anyMatch(cell -> !cell.text()
                .isEmpty());
    }

    private double side() {
        int most = Math.max(cells.size(), cells.get(0).size());
        return hasText() ? WITH_TEXT : Math.min(24, ROOM / most);
    }

    private double tableWidth() {
        return side() * cells.get(0).size();
    }

    private static double longest(List<String> names) {
        return names.stream()
                .mapToDouble(name -> Lettering.LABEL.width(Lettering.LABEL.fit(name, LONGEST_NAME)))
                .max()
                .orElse(0);
    }

    private boolean turned() {
        return longest(columns) > Math.max(side() - 2, NAME_ROOM);
    }

    private double left() {
        return rows.isEmpty() ? 0 : longest(rows) + 8;
    }

    private double top() {
        return TOP + (rowTitle.isEmpty() ? 0 : 16);
    }

    private double below() {
        double names = columns.isEmpty() ? 4 : turned() ? longest(columns) + 10 : 18;
        return names + (columnTitle.isEmpty() ? 0 : 18) + (Double.isNaN(key) ? 0 : 20);
    }

    @Override
    public double width() {
        double titles = Math.max(
                Lettering.TITLE.width(title), left() + Math.max(Lettering.LABEL.width(columnTitle), LEAST_WIDTH));
        return Math.max(Math.min(titles, 400), left() + tableWidth() + 2);
    }

    @Override
    public double height() {
        return top() + side() * cells.size() + below();
    }

    @Override
    public void draw(Canvas canvas) {
        canvas.text(Lettering.TITLE.fit(title, width()), 0, 14, Lettering.TITLE);
        canvas.text(rowTitle, 0, 32, Lettering.LABEL);
        double bottom = top() + side() * cells.size();
        drawFields(canvas);
        drawBorder(canvas, bottom);
        drawNames(canvas, bottom);
        double base = bottom + (columns.isEmpty() ? 4 : turned() ? longest(columns) + 10 : 18);
        if (!columnTitle.isEmpty()) {
            base += 14;
            canvas.text(columnTitle, left(), base, Lettering.LABEL);
            base += 4;
        }
        if (!Double.isNaN(key)) {
            drawKey(canvas, base + 5);
        }
    }

    private void drawFields(Canvas canvas) {
        int width = cells.get(0).size();
        if (width * cells.size() > MOST_FIELDS) {
            int[] pixels =
                    cells.stream().flatMap(List::stream).mapToInt(Cell::argb).toArray();
            Raster image = new Raster(width, cells.size(), pixels);
            canvas.image(image, left(), top(), tableWidth(), side() * cells.size(), "");
            return;
        }
        for (int row = 0; row < cells.size(); row++) {
            for (int column = 0; column < width; column++) {
                Cell cell = cells.get(row).get(column);
                double x = left() + side() * column;
                double y = top() + side() * row;
                if (cell.opacity() > 0 || !cell.hint().isEmpty()) {
                    canvas.box(cell.ink(), cell.opacity(), x, y, side(), side(), cell.hint());
                }
                if (!cell.text().isEmpty()) {
                    Ink ink = cell.opacity() > 0.6 ? Ink.PAPER : Ink.TEXT;
                    double size =
                            Math.min(12, (side() - 4) / Lettering.LABEL.of(1).width(cell.text()));
                    canvas.text(
                            cell.text(),
                            x + side() / 2,
                            y + side() / 2 + 4,
                            Lettering.LABEL.in(ink).of(size).at(Anchor.MIDDLE));
                }
            }
        }
    }

    private void drawBorder(Canvas canvas, double bottom) {
        double right = left() + tableWidth();
        canvas.line(Ink.RULE, 1, false, new double[] {left(), right, right, left(), left()}, new double[] {
            top(), top(), bottom, bottom, top()
        });
    }

    private void drawNames(Canvas canvas, double bottom) {
        int every = (int) Math.ceil(NAME_ROOM / side());
        for (int row = 0; row < rows.size(); row += every) {
            canvas.text(
                    Lettering.LABEL.fit(rows.get(row), LONGEST_NAME),
                    left() - 6,
                    top() + side() * (row + 0.5) + 4,
                    Lettering.LABEL.at(Anchor.END));
        }
        for (int column = 0; column < columns.size(); column += every) {
            double middle = left() + side() * (column + 0.5);
            String name = Lettering.LABEL.fit(columns.get(column), LONGEST_NAME);
            if (turned()) {
                canvas.text(
                        name,
                        middle + 4,
                        bottom + 6,
                        Lettering.LABEL.at(Anchor.END).turned());
            } else {
                canvas.text(name, middle, bottom + 14, Lettering.LABEL.at(Anchor.MIDDLE));
            }
        }
    }

    private void drawKey(Canvas canvas, double y) {
        boolean negative = cells.stream().flatMap(List::stream).anyMatch(cell -> cell.ink() == Ink.ORANGE);
        String low = negative ? number(-key) : "0";
        double x = left() + Lettering.LABEL.width(low) + 6;
        double step = 4;
        canvas.text(low, left(), y + 10, Lettering.LABEL);
        for (int i = 0; i < KEY_STEPS; i++) {
            double share = negative ? 2.0 * i / (KEY_STEPS - 1) - 1 : (double) i / (KEY_STEPS - 1);
            Cell cell = Cell.of(share, 1);
            canvas.box(cell.ink(), cell.opacity(), x + step * i, y, step, 12, "");
        }
        canvas.text(number(key), x + step * KEY_STEPS + 6, y + 10, Lettering.LABEL);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3g", value);
    }
}
