package io.github.bn4j.plot;

import java.awt.EventQueue;
import java.awt.Image;
import java.awt.image.BaseMultiResolutionImage;
import javax.swing.ImageIcon;
import javax.swing.JFrame;
import javax.swing.JLabel;
import javax.swing.JScrollPane;
import javax.swing.WindowConstants;

/** A picture on a screen. */
final class PictureWindow {

    private PictureWindow() {}

    /**
     * Opens a window, which the JVM waits for as for any window.
     *
     * @param images of the same, the smaller first; a sharp screen takes the larger
     */
    static void open(String title, Image... images) {
        EventQueue.invokeLater(() -> {
            JFrame window = new JFrame(title);
            window.setDefaultCloseOperation(WindowConstants.DISPOSE_ON_CLOSE);
            window.add(new JScrollPane(new JLabel(new ImageIcon(new BaseMultiResolutionImage(images)))));
            window.pack();
            window.setLocationByPlatform(true);
            window.setVisible(true);
        });
    }
}
