package dev.syncline.mysql;

import static dev.syncline.mysql.SqlNames.quote;

import dev.syncline.TargetNames;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableEffect;
import dev.syncline.change.TableId;
import dev.syncline.mysql.DdlStatement.AlterDatabase;
import dev.syncline.mysql.DdlStatement.Condition;
import dev.syncline.mysql.DdlStatement.CreateDatabase;
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
  private final SqlVersion source;
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
    this.source = TargetStatement.source(change.statement().orElseThrow(), server);
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
    if (target.object().kind() != SqlObject.Kind.DATABASE) {
      return statement;
    }
    DatabaseStatements fitting =
        new DatabaseStatements(connection, statement, change, names, server);
    return switch (target.end()) {
      case GONE -> fitting.drop();
      case THERE -> fitting.create();
      case SAME, CHANGED -> fitting.alter();
    };
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
    if (!(atSource() instanceof CreateDatabase create)) {
      throw new UnsupportedChangeException(
          ("Cannot make database '%s' at the target: the statement is not understood. Make it by"
                  + " hand, and choose schemaChanges(IGNORE) until the job is behind it.")
              .formatted(database));
    }
    if (create.condition() == Condition.OR_REPLACE) {
      List<TableId> others = others(dropped());
      if (!others.isEmpty()) {
        throw new UnsupportedChangeException(
            ("Cannot replace database '%s' at the target: it has tables that the source has not"
                    + " dropped, %s. Move or drop them, then start the job again.")
                .formatted(database, others));
      }
    }
    Optional<String> found = DatabaseCollation.at(connection, database);
    if (found.isEmpty() || create.condition() == Condition.OR_REPLACE) {
      if (!isTakenAlike(create.charset(), create.collation())) {
        String wanted = wanted(create);
        throw new UnsupportedChangeException(
            ("Cannot make database '%s' at the target as the source's, whose collation is '%s':"
                    + " servers differ in what a character set means that is named behind a"
                    + " collation. Run CREATE DATABASE %s COLLATE %s there, then start the job"
                    + " again.")
                .formatted(database, wanted, quote(database), wanted));
      }
    } else if (create.condition() == Condition.NONE) {
      // With a condition the source may have had it too, and left it as it was.
      checkFound(found.get(), wanted(create));
    }
    return statement;
  }

  private void checkFound(String found, String wanted) {
    if (!DatabaseCollation.areSame(wanted, found)) {
      throw new UnsupportedChangeException(
          ("Cannot make database '%s' at the target: it is there and has the collation '%s', but"
                  + " the source's new one has '%s', which tables without a collation of their"
                  + " own would get. Run ALTER DATABASE %s COLLATE %s there, then start the job"
                  + " again.")
              .formatted(database, found, wanted, quote(database), wanted));
    }
  }

  private SchemaStatement alter() {
    if (atSource() instanceof AlterDatabase alter
        && !isTakenAlike(alter.charset(), alter.collation())) {
      throw new UnsupportedChangeException(
          ("Cannot alter database '%s' at the target as at the source: servers differ in what a"
                  + " character set means that is named behind a collation. Give it the collation"
                  + " of the source's by hand, and choose schemaChanges(IGNORE) until the job is"
                  + " behind it.")
              .formatted(database));
    }
    return statement;
  }

  private DdlStatement atSource() {
    return parsed(change.statement().orElseThrow().text(), source);
  }

  /** Whether the target takes the words on these for what they mean at the source. */
  private boolean isTakenAlike(String charset, String collation) {
    if (source.keepsCollation().equals(server.keepsCollation())) {
      return true;
    }
    DdlStatement here = parsed(statement.whole().sql(), server);
    if (here instanceof CreateDatabase create) {
      return create.charset().equals(charset) && create.collation().equals(collation);
    }
    return here instanceof AlterDatabase alter
        && alter.charset().equals(charset)
        && alter.collation().equals(collation);
  }

  private DdlStatement parsed(String sql, SqlVersion version) {
    SqlTokens.SqlMode mode = StatementSettings.mode(change.statement().orElseThrow().settings());
    return new DdlParser(version).parse(sql, mode).statement();
  }

  /** The collation that the source has given to a new database. */
  private String wanted(CreateDatabase create) throws SQLException {
    boolean usual = create.charset().equals("default") || create.collation().equals("default");
    if (!usual && !create.collation().isEmpty()) {
      return create.collation();
    }
    boolean named = !usual && create.charset().matches("\\w+");
    try (Statement question = connection.createStatement();
        ResultSet row =
            question.executeQuery(
                named
                    ? "SELECT COLLATION(_" + create.charset() + "'')"
                    : "SELECT @@collation_server")) {
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
