package dev.syncline;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The tables of one database that take part. Immutable. */
record DatabaseSelection(
    Map<String, SelectedTable> tables, List<TablePattern> patterns, List<NamePattern> except) {
  /** A pattern, and what is said of the tables that it matches. */
  record TablePattern(NamePattern pattern, SelectedTable table) {}

  @Nullable SelectedTable find(String name) {
    SelectedTable named = tables.get(name);
    if (named != null || except.stream().anyMatch(pattern -> pattern.matches(name))) {
      return named;
    }
    for (TablePattern pattern : patterns) {
      if (pattern.pattern.matches(name)) {
        return pattern.table;
      }
    }
    return null;
  }

  Stream<Map.Entry<String, SelectedTable>> rules(String database) {
    return Stream.concat(
        new TreeMap<>(tables)
            .entrySet().stream()
                .map(table -> Map.entry(database + "." + table.getKey(), table.getValue())),
        patterns.stream().map(p -> Map.entry(database + "." + p.pattern.text(), p.table)));
  }

  boolean isWhole() {
    return except.isEmpty() && patterns.stream().anyMatch(p -> p.pattern.matchesAll());
  }

  @Override
  public String toString() {
    return Stream.of(
            tables.keySet().stream(),
            patterns.stream().map(p -> p.pattern.text()),
            except.stream().map(p -> "except " + p.text()))
        .flatMap(part -> part)
        .toList()
        .toString();
  }
}
