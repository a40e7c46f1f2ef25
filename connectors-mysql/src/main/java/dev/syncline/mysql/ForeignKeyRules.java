package dev.syncline.mysql;

import dev.syncline.TransientException;
import dev.syncline.change.ForeignKey.Rule;
import dev.syncline.change.TableId;
import dev.syncline.mysql.SqlTokens.SqlMode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/**
 * What a foreign key does, in the words of SHOW CREATE TABLE: MariaDB from some version of 2024 on
 * hides it in its catalog from those who may only read the table.
 */
record ForeignKeyRules(Rule onDelete, Rule onUpdate) {

  /**
   * Asks for those of a key.
   *
   * @throws TransientException if the table has no such key any more
   */
  static ForeignKeyRules of(Connection connection, TableId table, String key) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SHOW CREATE TABLE " + SqlNames.quote(table))) {
      row.next();
      ForeignKeyRules rules = in(row.getString(2)).get(key);
      if (rules == null) {
        throw new TransientException(
            "Foreign key '%s' of table '%s' was dropped while it was looked at."
                .formatted(key, table));
      }
      return rules;
    }
  }

  /** Those of all keys in a statement, by the name of the key. */
  static Map<String, ForeignKeyRules> in(String createTable) {
    Map<String, ForeignKeyRules> rules = new HashMap<>();
    SqlTokens tokens = new SqlTokens(createTable, SqlMode.DEFAULT);
    while (!tokens.current().isEnd()) {
      if (tokens.skip("CONSTRAINT")) {
        String name = tokens.current().text();
        tokens.next();
        if (tokens.skip("FOREIGN")) {
          rules.put(name, read(tokens));
        }
      } else {
        tokens.next();
      }
    }
    return rules;
  }

  /** Reads up to the end of the key. */
  private static ForeignKeyRules read(SqlTokens tokens) {
    Rule onDelete = Rule.RESTRICT;
    Rule onUpdate = Rule.RESTRICT;
    int depth = 0;
    while (depth >= 0
        && !tokens.current().isEnd()
        && (depth > 0 || !tokens.current().isSymbol(','))) {
      if (tokens.skip("ON")) {
        boolean delete = tokens.skip("DELETE");
        tokens.skip("UPDATE");
        Rule rule = rule(tokens);
        onDelete = delete ? rule : onDelete;
        onUpdate = delete ? onUpdate : rule;
      } else {
        depth += tokens.current().isSymbol('(') ? 1 : tokens.current().isSymbol(')') ? -1 : 0;
        tokens.next();
      }
    }
    return new ForeignKeyRules(onDelete, onUpdate);
  }

  private static Rule rule(SqlTokens tokens) {
    if (tokens.skip("CASCADE")) {
      return Rule.CASCADE;
    }
    if (tokens.skip("SET")) {
      return tokens.skip("NULL") ? Rule.SET_NULL : Rule.SET_DEFAULT;
    }
    // NO ACTION is the same here: these servers have no deferred checks.
    return Rule.RESTRICT;
  }
}
