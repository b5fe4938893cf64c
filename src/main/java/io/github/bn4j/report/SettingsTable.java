package io.github.bn4j.report;

import io.github.bn4j.train.RunDetails;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What runs were told: of one all that it was told, of several what differs, and the rest folded. */
final class SettingsTable {

    /** Texts of many lines, which are for programs to compare. */
    private static final Set<String> LONG = Set.of("network");

    private static final Set<String> NOTHING = Set.of("none", "[]", "{}");

    private SettingsTable() {}

    static String of(List<Run> runs) {
        if (runs.stream().allMatch(run -> run.history().run().isEmpty())) {
            return "";
        }
        List<Map<String, String>> all = runs.stream()
                .map(run -> run.history().run().map(RunDetails::settings).orElse(Map.of()))
                .toList();
        Set<String> names = new LinkedHashSet<>();
        all.forEach(settings -> names.addAll(settings.keySet()));
        names.removeAll(LONG);
        List<List<String>> different = new ArrayList<>();
        List<List<String>> same = new ArrayList<>();
        List<String> unsaid = new ArrayList<>();
        for (String name : names) {
            List<String> values = all.stream()
                    .map(settings -> settings.getOrDefault(name, "–"))
                    .toList();
            if (values.stream().distinct().count() > 1) {
                List<String> row = new ArrayList<>(List.of(name));
                row.addAll(values);
                different.add(row);
            } else if (NOTHING.contains(values.get(0))) {
                unsaid.add(name);
            } else {
                same.add(List.of(name, values.get(0)));
            }
        }
        String rest = Html.table(List.of("setting", "value"), same)
                + (unsaid.isEmpty() ? "" : Html.paragraph("Not used: " + String.join(", ", unsaid) + "."));
        if (runs.size() == 1) {
            return rest;
        }
        List<String> head = new ArrayList<>(List.of("setting"));
        runs.forEach(run -> head.add(run.name()));
        return (different.isEmpty()
                        ? Html.paragraph("The runs were told the same.")
                        : Html.paragraph("What differs between the runs:") + Html.table(head, different))
                + Html.details("What is the same", rest, false);
    }
}
