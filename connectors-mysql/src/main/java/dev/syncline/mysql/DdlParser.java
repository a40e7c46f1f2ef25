package dev.syncline.mysql;

import dev.syncline.mysql.DdlStatement.NotUnderstood;
import dev.syncline.mysql.SqlTokens.SqlMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads statements that define tables and other objects. A statement is read word by word, and a
 * grammar that others maintain must agree that it is one; what only one of them understands is not
 * understood. Used by one thread: each reader of a log has its own.
 */
final class DdlParser {
  /** Longer statements are not read: their tokens take about a hundred times that many bytes. */
  static final int MAX_LENGTH = 1 << 20;

  /** Deeper expressions are not read: each level takes some thousand bytes of the stack. */
  static final int MAX_DEPTH = 60;

  private static final SqlVersion LAST_SHARED = new SqlVersion(false, 80_031);

  private final SqlVersion server;
  private final DdlGrammar grammar;
  private final DdlGrammar shared;

  /** A parser for the statements that a server has logged. */
  DdlParser(SqlVersion server) {
    this.server = server;
    this.grammar = new DdlGrammar(server);
    this.shared = new DdlGrammar(LAST_SHARED);
  }

  /**
   * A statement that was read.
   *
   * @param names the names in its text; none if it is not understood
   * @param parts its clauses and definitions, those inside of others before these
   */
  record Parsed(DdlStatement statement, NamePlaces names, List<TextPart> parts) {

    /** Copies the list. */
    Parsed {
      parts = List.copyOf(parts);
    }
  }

  /** Reads a statement. Never throws: what cannot be read is {@link NotUnderstood}. */
  Parsed parse(String sql, SqlMode mode) {
    try {
      if (sql.length() > MAX_LENGTH) {
        throw new IllegalArgumentException(
            "it has %d characters, and those with more than %d are not read"
                .formatted(sql.length(), MAX_LENGTH));
      }
      DdlCursor cursor = new DdlCursor(sql, mode, server);
      DdlStatement statement = new DdlReader(cursor, server).read();
      NamePlaces names = cursor.names();
      if (isDefinition(statement)) {
        check(cursor, names, statement);
      }
      return new Parsed(statement, names, cursor.parts());
    } catch (IllegalArgumentException e) {
      NotUnderstood reason = new NotUnderstood(String.valueOf(e.getMessage()));
      return new Parsed(
          reason, new NamePlaces(sql, List.of(), List.of(), Optional.of("the text")), List.of());
    }
  }

  /** Of other statements the effect does not depend on more than what was read. */
  private static boolean isDefinition(DdlStatement statement) {
    return !(statement instanceof DdlStatement.ObjectChange)
        && !(statement instanceof DdlStatement.WithoutEffect);
  }

  private void check(DdlCursor cursor, NamePlaces names, DdlStatement statement) {
    DdlText text = new DdlText(cursor.pieces(), names.all(), cursor.replaced());
    if (text.depth() > MAX_DEPTH) {
      throw new IllegalArgumentException(
          "its expressions are more than %d deep in one another".formatted(MAX_DEPTH));
    }
    Optional<DdlGrammar.Found> found = grammar.read(text.plain());
    if (found.isEmpty() && server.mariaDb()) {
      // The grammar of MariaDB lacks some of what both products know.
      found = shared.read(text.plain());
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "the grammar of " + (server.mariaDb() ? "MariaDB" : "MySQL") + " does not have it");
    }
    int columns = columns(statement);
    if (found.get().columns() != columns) {
      throw new IllegalArgumentException(
          "the grammar finds definitions of %d columns in it, and the reader %d"
              .formatted(found.get().columns(), columns));
    }
  }

  private static int columns(DdlStatement statement) {
    List<Object> parts = new ArrayList<>();
    if (statement instanceof DdlStatement.CreateTable table) {
      parts.addAll(table.elements());
    } else if (statement instanceof DdlStatement.AlterTable table) {
      parts.addAll(table.clauses());
    }
    return (int)
        parts.stream()
            .filter(
                part ->
                    part instanceof TableElement.Column
                        || part instanceof AlterClause.AddColumn
                        || part instanceof AlterClause.ChangeColumn)
            .count();
  }
}
