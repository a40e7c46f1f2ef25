package dev.syncline.mysql;

import dev.syncline.mysql.SqlTokens.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The names in the text of a statement, which can be replaced with everything else kept as it is
 * written. Immutable.
 */
final class NamePlaces {
  private final String sql;
  private final List<NamePlace> places;
  private final List<Span> conditions;
  private final Optional<String> unread;

  /** A piece of the text and what stands there instead. */
  record Edit(int start, int end, String text) {}

  /**
   * The names of a text.
   *
   * @param conditions see {@link SqlTokens#conditions}
   * @param unread why names may stand elsewhere too
   */
  NamePlaces(String sql, List<NamePlace> places, List<Span> conditions, Optional<String> unread) {
    this.sql = sql;
    this.places =
        places.stream().sorted(Comparator.comparingInt(NamePlace::start)).distinct().toList();
    this.conditions = List.copyOf(conditions);
    this.unread = unread;
  }

  /** The places in the order of the text. They do not overlap. */
  List<NamePlace> all() {
    return places;
  }

  /**
   * What keeps the list from being whole, for example the body of a view; a piece of a sentence,
   * for messages. Empty if every name of the text is in the list.
   */
  Optional<String> unread() {
    return unread;
  }

  /**
   * The text with other names. A name that stays is left as it is written, quotes included.
   *
   * @param names the new name of a place; without a database if none is to be written
   */
  String rewritten(Function<NamePlace, DdlName> names) {
    return edited(edits(names));
  }

  /**
   * The same, with the words of conditional comments as words of the statement, if the server that
   * logged it took them for that, and without those that it passed over. So another server cannot
   * judge otherwise.
   */
  String rewrittenForAnyServer(Function<NamePlace, DdlName> names) {
    return rewrittenForAnyServer(names, List.of());
  }

  /**
   * The same with other changes too. A name or a beginning of a comment in a piece that is changed
   * goes with it.
   *
   * @param others changes that do not overlap
   */
  String rewrittenForAnyServer(Function<NamePlace, DdlName> names, List<Edit> others) {
    List<Edit> edits = edits(names);
    conditions.forEach(span -> edits.add(new Edit(span.start(), span.end(), " ")));
    edits.removeIf(edit -> others.stream().anyMatch(other -> holds(other, edit)));
    edits.addAll(0, others);
    return edited(edits);
  }

  private static boolean holds(Edit outer, Edit inner) {
    return outer.start() <= inner.start() && inner.end() <= outer.end();
  }

  private List<Edit> edits(Function<NamePlace, DdlName> names) {
    List<Edit> edits = new ArrayList<>();
    for (NamePlace place : places) {
      DdlName name = names.apply(place);
      if (!name.equals(place.name())) {
        edits.add(new Edit(place.start(), place.end(), written(name)));
      }
    }
    return edits;
  }

  /** Back-ticks enclose names in every mode. */
  private static String written(DdlName name) {
    if (name.database().isEmpty()) {
      return SqlNames.quote(name.name());
    }
    String database = SqlNames.quote(name.database());
    return name.name().isEmpty() ? database : database + "." + SqlNames.quote(name.name());
  }

  private String edited(List<Edit> edits) {
    StringBuilder text = new StringBuilder();
    int at = 0;
    for (Edit edit : edits.stream().sorted(Comparator.comparingInt(Edit::start)).toList()) {
      text.append(sql, at, edit.start());
      // Two names in other quotes may have stood right beside one another.
      boolean quoted = edit.text().startsWith("`");
      if (quoted && !text.isEmpty() && text.charAt(text.length() - 1) == '`') {
        text.append(' ');
      }
      text.append(edit.text());
      at = edit.end();
      if (edit.text().endsWith("`") && at < sql.length() && sql.charAt(at) == '`') {
        text.append(' ');
      }
    }
    return text.append(sql, at, sql.length()).toString();
  }
}
