package dev.syncline.mysql;

import dev.syncline.change.TableDefinition;
import dev.syncline.mysql.TableModel.Options;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a {@link TableModel} has more than a {@link TableDefinition}, as a short text:
 *
 * <pre>{@code 1 InnoDB utf8mb4_bin -;U`PRIMARY`0;U`code`2:10,x;P`by_name`1}</pre>
 *
 * <p>The version of this form, the engine, the collation, {@code p} if there are partitions, {@code
 * ?} if the order of keys is not certain; then the keys in the server's order with a letter for the
 * kind, {@code !} if it is one without overlaps, and the numbers of its columns with the lengths of
 * prefixes, {@code x} for an expression.
 */
final class TableNotes {

  private static final String VERSION = "1";
  private static final int HEAD_WORDS = 4;

  private TableNotes() {}

  static String print(TableModel table) {
    Options options = table.options();
    StringBuilder text = new StringBuilder(VERSION);
    text.append(' ').append(options.engine().isEmpty() ? "-" : options.engine());
    text.append(' ').append(options.collation().isEmpty() ? "-" : options.collation());
    text.append(' ').append(options.partitioned() ? 'p' : '-');
    text.append(options.ordered() ? "" : "?");
    for (TableKey key : table.keys()) {
      text.append(';').append(key.kind().letter()).append(SqlNames.quote(key.name()));
      text.append(key.withoutOverlaps() ? "!" : "");
      for (int i = 0; i < key.parts().size(); i++) {
        TableKey.Part part = key.parts().get(i);
        text.append(i == 0 ? "" : ",");
        text.append(part.column() < 0 ? "x" : Integer.toString(part.column()));
        text.append(part.prefix() > 0 ? ":" + part.prefix() : "");
      }
    }
    return text.toString();
  }

  /** The table behind a definition; empty if its notes are not exactly of this form. */
  static Optional<TableModel> parse(TableDefinition table) {
    String notes = table.notes();
    int end = notes.indexOf(';') < 0 ? notes.length() : notes.indexOf(';');
    String[] head = notes.substring(0, end).split(" ", -1);
    if (head.length != HEAD_WORDS || !head[0].equals(VERSION)) {
      return Optional.empty();
    }
    Options options =
        new Options(word(head[1]), word(head[2]), head[3].startsWith("p"), !head[3].endsWith("?"));
    List<TableKey> keys = new ArrayList<>();
    Reader reader = new Reader(notes, end, table.columns().size());
    while (!reader.isAtEnd()) {
      Optional<TableKey> key = reader.key();
      if (key.isEmpty()) {
        return Optional.empty();
      }
      keys.add(key.get());
    }
    List<CatalogForeignKey> foreignKeys =
        table.foreignKeys().stream().map(key -> CatalogForeignKey.of(table, key)).toList();
    TableModel model = new TableModel(table.source(), options, table.columns(), keys, foreignKeys);
    return print(model).equals(notes) ? Optional.of(model) : Optional.empty();
  }

  private static String word(String text) {
    return text.equals("-") ? "" : text;
  }

  /** Reads keys from left to right. What it reads wrong does not print as it was. */
  private static final class Reader {

    private final String text;
    private final int columns;
    private int at;

    Reader(String text, int at, int columns) {
      this.text = text;
      this.at = at;
      this.columns = columns;
    }

    boolean isAtEnd() {
      return at >= text.length();
    }

    Optional<TableKey> key() {
      Optional<TableKey.Kind> kind = kind();
      if (kind.isEmpty() || !skip('`')) {
        return Optional.empty();
      }
      StringBuilder name = new StringBuilder();
      boolean ended = false;
      while (!ended) {
        if (isAtEnd()) {
          return Optional.empty();
        }
        char c = next();
        ended = c == '`' && !skip('`');
        if (!ended) {
          name.append(c);
        }
      }
      boolean withoutOverlaps = skip('!');
      List<TableKey.Part> parts = new ArrayList<>();
      do {
        int column = skip('x') ? TableKey.EXPRESSION : number();
        parts.add(new TableKey.Part(column, skip(':') ? number() : 0));
        if (column >= columns) {
          return Optional.empty();
        }
      } while (skip(','));
      return Optional.of(new TableKey(name.toString(), kind.get(), withoutOverlaps, parts));
    }

    private Optional<TableKey.Kind> kind() {
      if (!skip(';') || isAtEnd()) {
        return Optional.empty();
      }
      char letter = next();
      for (TableKey.Kind kind : TableKey.Kind.values()) {
        if (kind.letter() == letter) {
          return Optional.of(kind);
        }
      }
      return Optional.empty();
    }

    private int number() {
      long number = 0;
      while (!isAtEnd() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        number = Math.min(Integer.MAX_VALUE, number * 10 + next() - '0');
      }
      return (int) number;
    }

    private char next() {
      return text.charAt(at++);
    }

    private boolean skip(char c) {
      boolean found = !isAtEnd() && text.charAt(at) == c;
      at += found ? 1 : 0;
      return found;
    }
  }
}
