package io.github.bn4j.plot.internal.figure;

import static io.github.bn4j.internal.Checks.checkArgument;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Panels in a grid, row by row.
 *
 * @param panels at least one
 * @param columns how many stand side by side, at least 1
 */
public record Figure(List<Panel> panels, int columns) {

    private static final double GAP = 20;
    private static final double MARGIN = 8;

    public Figure {
        panels = List.copyOf(panels);
        checkArgument(!panels.isEmpty(), "Figure expects at least one panel but got none");
        checkArgument(columns >= 1, "Figure expects at least one column but got %s", columns);
    }

    /** One panel. */
    public static Figure of(Panel panel) {
        return new Figure(List.of(panel), 1);
    }

    /** What it shows, in a few words. */
    public String title() {
        return panels.stream().map(Panel::title).distinct().collect(Collectors.joining(", "));
    }

    /** In pixels. */
    public double width() {
        return 2 * MARGIN + left(Math.min(columns, panels.size())) - GAP;
    }

    /** In pixels. */
    public double height() {
        return 2 * MARGIN + top(rows()) - GAP;
    }

    private int rows() {
        return (panels.size() + columns - 1) / columns;
    }

    /** Where a column begins. */
    private double left(int column) {
        double left = 0;
        for (int c = 0; c < column; c++) {
            double widest = 0;
            for (int i = c; i < panels.size(); i += columns) {
                widest = Math.max(widest, panels.get(i).width());
            }
            left += widest + GAP;
        }
        return left;
    }

    private double top(int row) {
        double top = 0;
        for (int r = 0; r < row; r++) {
            double highest = 0;
            for (int i = r * columns; i < Math.min(panels.size(), (r + 1) * columns); i++) {
                highest = Math.max(highest, panels.get(i).height());
            }
            top += highest + GAP;
        }
        return top;
    }

    /** Draws all of it. */
    public void draw(Canvas canvas) {
        canvas.box(Ink.PAPER, 1, 0, 0, width(), height(), "");
        for (int i = 0; i < panels.size(); i++) {
            canvas.shifted(MARGIN + left(i % columns), MARGIN + top(i / columns), panels.get(i)::draw);
        }
    }
}
