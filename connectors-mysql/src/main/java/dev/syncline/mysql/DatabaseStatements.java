package dev.syncline.mysql;

import static dev.syncline.mysql.SqlNames.quote;

import dev.syncline.TargetNames;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableEffect;
import dev.syncline.change.TableId;
import dev.syncline.mysql.SchemaStatement.Again;
import dev.syncline.mysql.SchemaStatement.End;
import dev.syncline.mysql.SchemaStatement.Step;
import dev.syncline.mysql.SchemaStatement.Target;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fits statements on whole databases to a target whose database of that name may be another one:
 * what the source has not dropped stays, and a database that is there must be like a new one.
 */
final class DatabaseStatements {

  private static final Logger LOGGER = LoggerFactory.getLogger(DatabaseStatements.class);

  private final Connection connection;
  private final SchemaStatement statement;
  private final SchemaChange change;
  private final TargetNames names;
  private final SqlVersion server;
  private final String database;

  private DatabaseStatements(
      Connection connection,
      SchemaStatement statement,
      SchemaChange change,
      TargetNames names,
      SqlVersion server) {
    this.connection = connection;
    this.statement = statement;
    this.change = change;
    this.names = names;
    this.server = server;
    this.database = statement.whole().targets().get(0).object().database();
  }

  /**
   * What is run of a statement.
   *
   * @param connection a session that is set as the statement needs it
   * @param server whose session it is
   * @throws UnsupportedChangeException if the target's database is in the way
   */
  static SchemaStatement fitted(
      Connection connection,
      SchemaStatement statement,
      SchemaChange change,
      TargetNames names,
      SqlVersion server)
      throws SQLException {
    Target target = statement.whole().targets().get(0);
    if (target.object().kind() != SqlObject.Kind.DATABASE || target.end() == End.SAME) {
      return statement;
    }
    DatabaseStatements fitting =
        new DatabaseStatements(connection, statement, change, names, server);
    return target.end() == End.GONE ? fitting.drop() : fitting.create();
  }

  private SchemaStatement drop() throws SQLException {
    Set<TableId> dropped = dropped();
    List<TableId> others = others(dropped);
    if (others.isEmpty()) {
      return statement;
    }
    LOGGER.warn(
        "Database '{}' stays at the target, since it has tables that the source has not dropped:"
            + " {}.",
        database,
        others);
    List<Target> gone = new ArrayList<>();
    dropped.forEach(
        id ->
            gone.add(
                new Target(
                    new SqlObject(SqlObject.Kind.TABLE, id.database(), id.name()), End.GONE)));
    if (gone.isEmpty()) {
      Target same = new Target(SqlObject.database(database), End.SAME);
      return SchemaStatement.of(statement.verb(), new Step("DO 0", List.of(same), Again.ALWAYS));
    }
    String names =
        gone.stream().map(target -> quote(target.object().id())).collect(Collectors.joining(", "));
    return SchemaStatement.of(
        statement.verb(), new Step("DROP TABLE IF EXISTS " + names, gone, Again.ALWAYS));
  }

  private SchemaStatement create() throws SQLException {
    SchemaChange.Statement source = change.statement().orElseThrow();
    SqlTokens tokens =
        new SqlTokens(
            source.text(),
            StatementSettings.mode(source.settings()),
            TargetStatement.source(source, server));
    tokens.next();
    if (tokens.current().is("OR")) {
      List<TableId> others = others(dropped());
      if (!others.isEmpty()) {
        throw new UnsupportedChangeException(
            ("Cannot replace database '%s' at the target: it has tables that the source has not"
                    + " dropped, %s. Move or drop them, then start the job again.")
                .formatted(database, others));
      }
      return statement;
    }
    Optional<String> found = DatabaseCollation.at(connection, database);
    tokens.next();
    // With a condition the source may have had it too, and left it as it was.
    if (found.isPresent() && !tokens.current().is("IF")) {
      String wanted = wanted(tokens);
      if (!DatabaseCollation.areSame(wanted, found.get())) {
        throw new UnsupportedChangeException(
            ("Cannot make database '%s' at the target: it is there and has the collation '%s', but"
                    + " the source's new one has '%s', which tables without a collation of their"
                    + " own would get. Run ALTER DATABASE %s COLLATE %s there, then start the job"
                    + " again.")
                .formatted(database, found.get(), wanted, quote(database), wanted));
      }
    }
    return statement;
  }

  /** The collation that the statement gives to a new database. */
  private String wanted(SqlTokens tokens) throws SQLException {
    String charset = "";
    String collation = "";
    while (!tokens.current().isEnd()) {
      boolean set = tokens.skip("CHARACTER") || tokens.skip("CHAR");
      if (tokens.skip("CHARSET") || (set && tokens.skip("SET"))) {
        tokens.skip('=');
        charset = tokens.current().text();
      } else if (tokens.skip("COLLATE")) {
        tokens.skip('=');
        collation = tokens.current().text();
      }
      tokens.next();
    }
    boolean usual = charset.equalsIgnoreCase("DEFAULT") || collation.equalsIgnoreCase("DEFAULT");
    if (!usual && !collation.isEmpty()) {
      return collation;
    }
    boolean named = !usual && charset.matches("\\w+");
    try (Statement question = connection.createStatement();
        ResultSet row =
            question.executeQuery(
                named ? "SELECT COLLATION(_" + charset + "'')" : "SELECT @@collation_server")) {
      row.next();
      return row.getString(1);
    }
  }

  private Set<TableId> dropped() {
    Set<TableId> dropped = new LinkedHashSet<>();
    for (TableEffect effect : change.effects()) {
      if (effect instanceof TableEffect.Dropped) {
        names.table(effect.table()).ifPresent(dropped::add);
      }
    }
    return dropped;
  }

  /** The tables of the database at the target that are not among those dropped. */
  private List<TableId> others(Set<TableId> dropped) throws SQLException {
    String sql =
        "SELECT TABLE_NAME, @@lower_case_table_names FROM information_schema.TABLES"
            + " WHERE TABLE_SCHEMA = ? AND TABLE_TYPE <> 'VIEW' ORDER BY TABLE_NAME";
    List<TableId> others = new ArrayList<>();
    try (PreparedStatement question = connection.prepareStatement(sql)) {
      question.setString(1, database);
      try (ResultSet rows = question.executeQuery()) {
        while (rows.next()) {
          String name = rows.getString(1);
          boolean folds = rows.getInt(2) != 0;
          boolean isDropped =
              dropped.stream()
                  .map(TableId::name)
                  .anyMatch(other -> folds ? other.equalsIgnoreCase(name) : other.equals(name));
          if (!isDropped) {
            others.add(new TableId(database, name));
          }
        }
      }
    }
    return others;
  }
}
