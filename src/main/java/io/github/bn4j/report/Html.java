package io.github.bn4j.report;

import io.github.bn4j.internal.Markup;
import java.util.List;
import java.util.stream.Collectors;

/** Pieces of a page. What is given as text is escaped, what is given as content is not. */
final class Html {

    private Html() {}

    static String text(String text) {
        return Markup.escape(text);
    }

    static String paragraph(String text) {
        return "<p>" + text(text) + "</p>";
    }

    static String list(List<String> texts) {
        return texts.stream()
                .map(item -> "<li>" + text(item) + "</li>")
                .collect(Collectors.joining("", "<ul>", "</ul>"));
    }

    /** A section with a heading; nothing if it has no content. */
    static String section(String title, String content) {
        return content.isEmpty() ? "" : "<section><h2>" + text(title) + "</h2>" + content + "</section>";
    }

    /** What can be folded, and is open at first or not. */
    static String details(String title, String content, boolean open) {
        return "<details" + (open ? " open" : "") + "><summary>" + text(title) + "</summary>" + content + "</details>";
    }

    /** A table in a box of its own that scrolls where it is too wide. Its first column names the rows; numbers stand to the right. */
    static String table(List<String> head, List<List<String>> rows) {
        StringBuilder table = new StringBuilder("<div class=\"wide\" tabindex=\"0\"><table><thead><tr>");
        head.forEach(
                cell -> table.append("<th scope=\"col\">").append(text(cell)).append("</th>"));
        table.append("</tr></thead><tbody>");
        for (List<String> row : rows) {
            table.append("<tr>");
            for (int i = 0; i < row.size(); i++) {
                String cell = row.get(i);
                boolean number = i > 0 && cell.matches("[-–0-9.,e ]*|\\[[0-9, ]*\\]");
                table.append(i == 0 ? "<th scope=\"row\">" : number ? "<td class=\"n\">" : "<td>")
                        .append(text(cell))
                        .append(i == 0 ? "</th>" : "</td>");
            }
            table.append("</tr>");
        }
        return table.append("</tbody></table></div>").toString();
    }

    /** A drawing with what it says, below. */
    static String figure(String svg, String caption) {
        return "<figure>" + svg + "<figcaption>" + text(caption) + "</figcaption></figure>";
    }

    /** Drawings, three side by side where there is room. */
    static String smallFigures(String content) {
        return "<div class=\"figures small\">" + content + "</div>";
    }

    /** Drawings, two side by side where there is room; nothing if there are none. */
    static String figures(String content) {
        return content.isEmpty() ? "" : "<div class=\"figures\">" + content + "</div>";
    }
}
