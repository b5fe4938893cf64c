package io.github.bn4j.plot.internal.figure;

import static io.github.bn4j.internal.Checks.checkArgument;

import java.util.List;

/**
 * Images row by row, each in a square of the same size, with captions.
 *
 * @param tiles at least one
 * @param columns how many stand side by side
 * @param side of the square of an image, in pixels
 */
public record ImageGrid(String title, List<Tile> tiles, int columns, double side) implements Panel {

    private static final double TOP = 26;
    private static final double GAP = 8;
    private static final double CAPTION = 15;

    public ImageGrid {
        tiles = List.copyOf(tiles);
        checkArgument(!tiles.isEmpty(), "ImageGrid expects at least one image but got none");
        checkArgument(columns >= 1, "ImageGrid expects at least one column but got %s", columns);
    }

    private boolean hasCaptions() {
        return tiles.stream().anyMatch(tile -> !tile.caption().isEmpty());
    }

    private double rowHeight() {
        return side + GAP + (hasCaptions() ? CAPTION : 0);
    }

    @Override
    public double width() {
        double grid = Math.min(columns, tiles.size()) * (side + GAP) - GAP;
        return Math.max(grid, Math.min(400, Lettering.TITLE.width(title)));
    }

    @Override
    public double height() {
        int rows = (tiles.size() + columns - 1) / columns;
        return TOP + rowHeight() * rows;
    }

    @Override
    public void draw(Canvas canvas) {
        canvas.text(Lettering.TITLE.fit(title, width()), 0, 14, Lettering.TITLE);
        for (int i = 0; i < tiles.size(); i++) {
            Tile tile = tiles.get(i);
            int row = i / columns;
            int column = i % columns;
            double x = column * (side + GAP);
            double y = TOP + row * rowHeight();
            double longer = Math.max(tile.image().width(), tile.image().height());
            double width = side * tile.image().width() / longer;
            double height = side * tile.image().height() / longer;
            canvas.image(tile.image(), x + (side - width) / 2, y + (side - height) / 2, width, height, tile.caption());
            if (!tile.caption().isEmpty()) {
                Lettering small = Lettering.LABEL.of(10.5).in(tile.ink()).at(Anchor.MIDDLE);
                canvas.text(small.fit(tile.caption(), side + GAP - 2), x + side / 2, y + side + 12, small);
            }
        }
    }
}
