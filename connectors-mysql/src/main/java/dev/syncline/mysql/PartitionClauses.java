package dev.syncline.mysql;

import dev.syncline.mysql.AlterClause.Partition;
import dev.syncline.mysql.AlterClause.Partition.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads what an ALTER TABLE does to single partitions. Used by one thread. */
final class PartitionClauses {
  private final DdlCursor cursor;
  private final SqlVersion server;
  private final DdlName table;
  private int mark;

  PartitionClauses(DdlCursor cursor, SqlVersion server, DdlName table) {
    this.cursor = cursor;
    this.server = server;
    this.table = table;
  }

  /** Reads a clause; empty if it is about something else. */
  Optional<AlterClause> read() {
    String verb = cursor.current().keyword();
    boolean toPartition = verb.equals("CONVERT") && cursor.ahead(1).is("TABLE");
    if (!cursor.ahead(1).is("PARTITION") && !toPartition) {
      return Optional.empty();
    }
    mark = cursor.mark();
    cursor.next();
    cursor.next();
    return Optional.of(
        switch (verb) {
          case "ADD" -> readAdd();
          case "DROP" -> {
            cursor.skip("IF", "EXISTS");
            yield clause("DROP PARTITION", names(), Rows.REMOVED);
          }
          case "TRUNCATE" -> clause("TRUNCATE PARTITION", allOrNames(), Rows.REMOVED);
          case "ANALYZE", "CHECK", "OPTIMIZE", "REBUILD", "REPAIR" -> readMaintenance(verb);
          case "COALESCE" -> {
            skipLocal();
            cursor.number();
            yield clause("COALESCE PARTITION", List.of(), Rows.KEPT);
          }
          case "REORGANIZE" -> readReorganize();
          case "EXCHANGE" -> readExchange();
          case "DISCARD" -> {
            List<String> names = allOrNames();
            cursor.replace(mark, "TRUNCATE");
            cursor.expectUnknown("TABLESPACE");
            yield clause("DISCARD PARTITION", names, Rows.IN_FILES);
          }
          case "IMPORT" -> {
            List<String> names = allOrNames();
            cursor.expect("TABLESPACE");
            yield clause("IMPORT PARTITION", names, Rows.IN_FILES);
          }
          case "CONVERT" -> toPartition ? readFromTable() : readToTable();
          default -> throw cursor.unexpected("a clause before this place");
        });
  }

  private static AlterClause clause(String words, List<String> names, Rows rows) {
    return new Partition(words, names, rows, Optional.empty());
  }

  private void skipLocal() {
    cursor.skipAny("LOCAL", "NO_WRITE_TO_BINLOG");
  }

  private AlterClause readAdd() {
    skipLocal();
    cursor.skip("IF", "NOT", "EXISTS");
    if (cursor.skip("PARTITIONS")) {
      cursor.number();
    } else {
      cursor.skipParentheses();
    }
    return clause("ADD PARTITION", List.of(), Rows.KEPT);
  }

  private AlterClause readMaintenance(String verb) {
    skipLocal();
    List<String> names = allOrNames();
    while (cursor.skipAny("QUICK", "FAST", "MEDIUM", "EXTENDED", "CHANGED", "USE_FRM")
        || cursor.skip("FOR", "UPGRADE")) {
      // How much is looked at does not matter.
    }
    return clause(verb + " PARTITION", names, Rows.KEPT);
  }

  /** Rows for which there is no partition any more keep the server from doing it. */
  private AlterClause readReorganize() {
    skipLocal();
    List<String> names = List.of();
    if (cursor.isEnd()) {
      // The grammar wants names.
      cursor.replace(mark, "REMOVE");
      cursor.replace(mark + 1, "PARTITIONING");
    } else {
      names = names();
      cursor.expect("INTO");
      cursor.skipParentheses();
    }
    return clause("REORGANIZE PARTITION", names, Rows.KEPT);
  }

  private AlterClause readExchange() {
    String name = cursor.word();
    cursor.expect("WITH", "TABLE");
    DdlName other = cursor.table();
    if (cursor.skipAny("WITH", "WITHOUT")) {
      cursor.expect("VALIDATION");
    }
    return new Partition("EXCHANGE PARTITION", List.of(name), Rows.MOVED, Optional.of(other));
  }

  private AlterClause readToTable() {
    cursor.replace(mark, "EXCHANGE");
    String name = cursor.word();
    if (!server.mariaDb() || !cursor.is("TO")) {
      throw cursor.unexpected("a clause of MySQL before this place");
    }
    cursor.nextAs("WITH");
    cursor.expect("TABLE");
    DdlName other = cursor.table();
    if (cursor.skipAny("WITH", "WITHOUT")) {
      cursor.expect("VALIDATION");
    }
    return new Partition("CONVERT PARTITION", List.of(name), Rows.MOVED, Optional.of(other));
  }

  /** MariaDB alone makes a partition of a table; what stands in it is as for a new one. */
  private AlterClause readFromTable() {
    if (!server.mariaDb()) {
      throw cursor.unexpected("a clause on '" + table + "' before this place");
    }
    DdlName other = cursor.table();
    cursor.expect("TO", "PARTITION");
    String name = cursor.word();
    while (!cursor.isEnd()) {
      cursor.next();
    }
    return new Partition("CONVERT TABLE", List.of(name), Rows.MOVED, Optional.of(other));
  }

  private List<String> allOrNames() {
    return cursor.skip("ALL") ? List.of() : names();
  }

  private List<String> names() {
    List<String> names = new ArrayList<>();
    do {
      names.add(cursor.word());
    } while (cursor.skip(','));
    return names;
  }
}
