package dev.syncline.mysql;

import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.change.CascadeGroup;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Judges the foreign keys of a table of the target that is in a {@link CascadeGroup}: they must act
 * as those of the source, since what they do is not in the log.
 */
final class CascadeFindings {

  private static final String OUTSIDE = "FOREIGN_KEY_OUTSIDE";

  /** The code for servers of which nobody knows in which order keys act. */
  static final String ORDER = "FOREIGN_KEY_ORDER";

  /** The code for servers that do not let each key act on a table that is reached by several. */
  private static final String SKIPPED = "FOREIGN_KEY_SKIPPED";

  /** The codes of findings that can be acknowledged. */
  static final Set<String> RISKS = Set.of(OUTSIDE, ORDER, SKIPPED);

  private CascadeFindings() {}

  /** What is to be said of a table that is there. */
  static List<Finding> of(Connection connection, CascadeGroup group, TableDefinition table)
      throws SQLException {
    List<CatalogForeignKey> own =
        spelled(connection, group, CatalogForeignKey.ofTable(connection, table.id()));
    List<CatalogForeignKey> others =
        spelled(connection, group, CatalogForeignKey.referringTo(connection, table.id()));
    List<Finding> findings = differences(group, table, own);
    otherOrder(group, table, others).ifPresent(findings::add);
    for (CatalogForeignKey key : own) {
      if (!group.includes(key.parent())) {
        findings.add(ofStrangeParent(key));
      }
    }
    for (CatalogForeignKey key : others) {
      if (!group.includes(key.child())) {
        findings.add(ofStrangeChild(key));
      }
    }
    return findings;
  }

  /** The keys between tables of the group that the target has not, has otherwise, or has alone. */
  static List<Finding> differences(Connection connection, CascadeGroup group) throws SQLException {
    Set<String> databases = new TreeSet<>();
    group.tables().forEach(table -> databases.add(table.id().database()));
    List<CatalogForeignKey> keys = new ArrayList<>();
    for (String database : databases) {
      keys.addAll(CatalogForeignKey.inDatabase(connection, database));
    }
    List<CatalogForeignKey> spelled = spelled(connection, group, keys);
    List<Finding> findings = new ArrayList<>();
    for (TableDefinition table : group.tables()) {
      findings.addAll(differences(group, table, spelled));
      otherOrder(group, table, spelled).ifPresent(findings::add);
    }
    return findings;
  }

  /**
   * A server lets the keys that refer to a table act in the order of their names. Where these come
   * to the same rows, what one does may decide whether another one finds them.
   *
   * @param keys some keys of the target, among them those that refer to the parent
   */
  private static Optional<Finding> otherOrder(
      CascadeGroup group, TableDefinition parent, List<CatalogForeignKey> keys) {
    List<CatalogForeignKey> wanted = asAtSource(group, parent);
    List<CatalogForeignKey> found =
        inOrder(
            keys.stream()
                .filter(key -> key.parent().equals(parent.id()) && group.includes(key.child())));
    boolean same =
        wanted.size() == found.size()
            && wanted.stream().allMatch(key -> found.stream().anyMatch(key::actsAs));
    boolean sameOrder =
        same && IntStream.range(0, found.size()).allMatch(i -> wanted.get(i).actsAs(found.get(i)));
    if (!same || sameOrder || !mayMeet(group, parent)) {
      return Optional.empty();
    }
    return Optional.of(
        new Finding(
            "FOREIGN_KEY_DIFFERS",
            Severity.ERROR,
            parent.id().toString(),
            ("A server lets the foreign keys that refer to table '%s' act in the order of their"
                    + " names, which is %s at the source and, of the same keys, %s at the target.")
                .formatted(parent.id(), names(wanted), names(found)),
            Stream.concat(
                    found.stream().map(CatalogForeignKey::removal),
                    wanted.stream().map(CatalogForeignKey::addition))
                .collect(Collectors.joining("; "))));
  }

  /**
   * What is to be said of a server whose keys do not act as those of others do. In a MySQL before
   * 5.7 those that refer to one table act in the order in which the server got to know them, and in
   * that of their names after it was restarted. A MySQL from 9.6 on, which looks after foreign keys
   * above its engine, comes to each table once (seen with 9.7.4).
   */
  static List<Finding> ofServer(MySqlFacts facts, List<CascadeGroup> groups) {
    boolean ordered = facts.mariaDb() || facts.isMySqlFrom(5, 7, 0);
    if (ordered && !facts.logsCascades()) {
      return List.of();
    }
    return groups.stream()
        .flatMap(group -> group.tables().stream().filter(parent -> mayMeet(group, parent)))
        .map(parent -> ordered ? skipped(facts, parent.id()) : unknownOrder(facts, parent.id()))
        .toList();
  }

  private static Finding skipped(MySqlFacts facts, TableId parent) {
    return new Finding(
        SKIPPED,
        Severity.RISK,
        parent.toString(),
        ("%s may let a foreign key do nothing where a change of table '%s' comes to a table by more"
                + " than one key, or back to itself, so that rows stay which refer to none; the"
                + " source does not log what its own keys have done to them.")
            .formatted(facts, parent),
        "Start the server with innodb_native_foreign_keys=ON; or acknowledge FOREIGN_KEY_SKIPPED if"
            + " no row is reached by more than one key.");
  }

  private static Finding unknownOrder(MySqlFacts facts, TableId parent) {
    return new Finding(
        ORDER,
        Severity.RISK,
        parent.toString(),
        ("%s lets the foreign keys that refer to table '%s', or to those that hang on it, act in an"
                + " order that nobody can ask for; only after it was restarted it is that of their"
                + " names. Where they come to the same rows, source and target may do different"
                + " things.")
            .formatted(facts, parent),
        "Restart the server when the tables are made, and acknowledge FOREIGN_KEY_ORDER.");
  }

  /** Whether what is done to a row for one key may concern another. */
  private static boolean mayMeet(CascadeGroup group, TableDefinition parent) {
    return Cascades.of(List.of(group)).orderOfDeletesMatters(parent.id());
  }

  /**
   * The keys that refer to a table, in the order in which the source lets them act, and with the
   * names that make this order.
   */
  private static List<CatalogForeignKey> asAtSource(CascadeGroup group, TableDefinition parent) {
    List<Map.Entry<String, CatalogForeignKey>> keys = new ArrayList<>();
    for (TableDefinition child : group.tables()) {
      for (ForeignKey key : child.foreignKeys()) {
        if (key.parent().equals(parent.id())) {
          String name = child.source().database() + "/" + key.name();
          keys.add(Map.entry(name, CatalogForeignKey.of(child, key).named(key.name())));
        }
      }
    }
    return keys.stream().sorted(Map.Entry.comparingByKey()).map(Map.Entry::getValue).toList();
  }

  private static List<CatalogForeignKey> inOrder(Stream<CatalogForeignKey> keys) {
    return keys.sorted(Comparator.comparing(key -> key.child().database() + "/" + key.name()))
        .toList();
  }

  private static String names(List<CatalogForeignKey> keys) {
    return keys.stream().map(key -> "'" + key.name() + "'").collect(Collectors.joining(", "));
  }

  /** The differences in the keys of one table, of which the target has some among others. */
  private static List<Finding> differences(
      CascadeGroup group, TableDefinition table, List<CatalogForeignKey> keys) {
    List<CatalogForeignKey> wanted =
        table.foreignKeys().stream()
            .filter(key -> group.includes(key.parent()))
            .map(key -> CatalogForeignKey.of(table, key))
            .toList();
    List<CatalogForeignKey> found =
        keys.stream()
            .filter(key -> key.child().equals(table.id()) && group.includes(key.parent()))
            .toList();
    List<Finding> findings = new ArrayList<>();
    for (CatalogForeignKey key : wanted) {
      if (found.stream().noneMatch(key::actsAs)) {
        findings.add(
            different(
                key,
                "The source has foreign key '%s' of table '%s' with ON DELETE %s ON UPDATE %s, but"
                    + " the target has none that does the same.",
                key.addition()));
      }
    }
    for (CatalogForeignKey key : found) {
      if (wanted.stream().noneMatch(key::actsAs)) {
        findings.add(
            different(
                key,
                "The target has foreign key '%s' of table '%s' with ON DELETE %s ON UPDATE %s, but"
                    + " the source has none that does the same.",
                key.removal()));
      }
    }
    return findings;
  }

  /**
   * The keys with the names of the group's tables as the source spells them. A server that does not
   * tell upper from lower case shows them in lower case.
   */
  private static List<CatalogForeignKey> spelled(
      Connection connection, CascadeGroup group, List<CatalogForeignKey> keys) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT @@lower_case_table_names")) {
      row.next();
      if (row.getInt(1) == 0) {
        return keys;
      }
    }
    return keys.stream()
        .map(key -> key.between(spelled(group, key.child()), spelled(group, key.parent())))
        .toList();
  }

  private static TableId spelled(CascadeGroup group, TableId table) {
    return group.tables().stream()
        .map(TableDefinition::id)
        .filter(
            id ->
                id.database().equalsIgnoreCase(table.database())
                    && id.name().equalsIgnoreCase(table.name()))
        .findFirst()
        .orElse(table);
  }

  private static Finding different(CatalogForeignKey key, String message, String fix) {
    return new Finding(
        "FOREIGN_KEY_DIFFERS",
        Severity.ERROR,
        key.child().toString(),
        message.formatted(key.name(), key.child(), key.onDelete().sql(), key.onUpdate().sql()),
        fix);
  }

  private static Finding ofStrangeParent(CatalogForeignKey key) {
    TableId child = key.child();
    return new Finding(
        OUTSIDE,
        Severity.RISK,
        child.toString(),
        ("Table '%s' is written with foreign keys checked, since some of them cascade, and its"
                + " foreign key '%s' refers to '%s', which the job does not write with it: rows are"
                + " refused if the target has not the rows that they refer to.")
            .formatted(child, key.name(), key.parent()),
        ("Select '%s' too; or: %s; or acknowledge FOREIGN_KEY_OUTSIDE if somebody else keeps the"
                + " rows of '%s' there.")
            .formatted(key.parent(), key.removal(), key.parent()));
  }

  private static Finding ofStrangeChild(CatalogForeignKey key) {
    return new Finding(
        OUTSIDE,
        Severity.RISK,
        key.parent().toString(),
        ("Table '%s' is written with foreign keys checked, since some of them cascade, and foreign"
                + " key '%s' of table '%s' at the target, which the job does not write with it,"
                + " refers to it: a change of a row may be refused, or change rows there.")
            .formatted(key.parent(), key.name(), key.child()),
        "%s; or acknowledge FOREIGN_KEY_OUTSIDE if that is wanted.".formatted(key.removal()));
  }
}
