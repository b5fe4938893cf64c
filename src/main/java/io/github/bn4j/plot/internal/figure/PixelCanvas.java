package io.github.bn4j.plot.internal.figure;

import java.awt.AlphaComposite;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.function.Consumer;

/** Paints pixels on light paper. Needs no screen. */
public final class PixelCanvas implements Canvas {

    private static final float[] DASHES = {5, 4};

    private final Graphics2D graphics;

    private PixelCanvas(Graphics2D graphics) {
        this.graphics = graphics;
    }

    /**
     * An image of a figure.
     *
     * @param scale how many pixels of the image a pixel of the figure becomes, each way
     */
    public static BufferedImage paint(Figure figure, double scale) {
        BufferedImage image = new BufferedImage(
                (int) Math.ceil(figure.width() * scale),
                (int) Math.ceil(figure.height() * scale),
                BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
        graphics.scale(scale, scale);
        figure.draw(new PixelCanvas(graphics));
        graphics.dispose();
        return image;
    }

    private void ink(Ink ink, double opacity) {
        graphics.setColor(new Color(ink.light()));
        graphics.setComposite(AlphaComposite.SrcOver.derive((float) opacity));
    }

    @Override
    public void box(Ink ink, double opacity, double x, double y, double width, double height, String hint) {
        ink(ink, opacity);
        graphics.fill(new Rectangle2D.Double(x, y, width, height));
    }

    @Override
    public void line(Ink ink, double width, boolean dashed, double[] x, double[] y) {
        ink(ink, 1);
        graphics.setStroke(
                dashed
                        ? new BasicStroke((float) width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, DASHES, 0)
                        : new BasicStroke((float) width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND));
        graphics.draw(path(x, y));
    }

    @Override
    public void area(Ink ink, double[] x, double[] y) {
        ink(ink, 0.18);
        Path2D path = path(x, y);
        path.closePath();
        graphics.fill(path);
    }

    private static Path2D path(double[] x, double[] y) {
        Path2D path = new Path2D.Double();
        path.moveTo(x[0], y[0]);
        for (int i = 1; i < x.length; i++) {
            path.lineTo(x[i], y[i]);
        }
        return path;
    }

    @Override
    public void dot(Ink ink, double x, double y, double radius, boolean filled) {
        ink(ink, 1);
        Ellipse2D circle = new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
        if (filled) {
            graphics.fill(circle);
        } else {
            graphics.setStroke(new BasicStroke(1.5f));
            graphics.draw(circle);
        }
    }

    @Override
    public void text(String text, double x, double y, Lettering lettering) {
        if (text.isEmpty()) {
            return;
        }
        ink(lettering.ink(), 1);
        Font font = new Font(Font.SANS_SERIF, lettering.bold() ? Font.BOLD : Font.PLAIN, 1)
                .deriveFont((float) lettering.size());
        graphics.setFont(font);
        double width =
                font.getStringBounds(text, graphics.getFontRenderContext()).getWidth();
        AffineTransform before = graphics.getTransform();
        graphics.translate(x, y);
        if (lettering.upright()) {
            graphics.rotate(-Math.PI / 2);
        }
        double start =
                switch (lettering.anchor()) {
                    case START -> 0;
                    case MIDDLE -> -width / 2;
                    case END -> -width;
                };
        graphics.drawString(text, (float) start, 0);
        graphics.setTransform(before);
    }

    @Override
    public void image(Raster image, double x, double y, double width, double height, String hint) {
        graphics.setComposite(AlphaComposite.SrcOver);
        AffineTransform place = AffineTransform.getTranslateInstance(x, y);
        place.scale(width / image.width(), height / image.height());
        graphics.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
        graphics.drawImage(image.image(), place, null);
    }

    @Override
    public void shifted(double x, double y, Consumer<Canvas> content) {
        graphics.translate(x, y);
        content.accept(this);
        graphics.translate(-x, -y);
    }
}
