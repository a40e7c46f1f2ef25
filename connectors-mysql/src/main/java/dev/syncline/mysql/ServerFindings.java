package dev.syncline.mysql;

import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Judges how a server is set: whether its log holds what a job needs. Used once. */
final class ServerFindings {
  /** What findings about the server as a whole are about. */
  static final String SOURCE = "source";

  private static final String ROW_IMAGE = "binlog_row_image";
  private static final String REPLACE =
      " MariaDB does not log all that REPLACE changes, so the job also stops at updates that may"
          + " come from one: those that set the key, and with NOBLOB all that leave out a value.";

  private final MySqlFacts facts;
  private final List<Finding> findings = new ArrayList<>();

  ServerFindings(MySqlFacts facts) {
    this.facts = facts;
  }

  /**
   * What is wrong with the settings.
   *
   * @param copiesRows whether existing rows are going to be read
   * @param columnwise whether the sink takes changes that lack values
   * @param hasWatermarkTable whether the user has given us a table to write to
   */
  List<Finding> ofSettings(boolean copiesRows, boolean columnwise, boolean hasWatermarkTable) {
    checkVersion();
    checkLog();
    checkContent();
    checkImages(columnwise);
    checkOrder();
    if (copiesRows && !facts.mariaDb() && !facts.hasGtids()) {
      checkMarks(hasWatermarkTable);
    }
    return findings;
  }

  /** What is wrong with the databases that the server logs. */
  static List<Finding> ofFilters(BinlogStatus status, Set<String> databases) {
    Set<String> only = names(status.onlyDatabases());
    Set<String> ignored = names(status.ignoredDatabases());
    List<Finding> findings = new ArrayList<>();
    for (String database : new TreeSet<>(databases)) {
      boolean missing = !only.isEmpty() && !only.contains(database);
      if (missing || ignored.contains(database)) {
        findings.add(
            new Finding(
                "BINLOG_FILTER",
                Severity.ERROR,
                database,
                "The server does not log changes of database '%s': %s is '%s'."
                    .formatted(
                        database,
                        missing ? "binlog_do_db" : "binlog_ignore_db",
                        missing ? status.onlyDatabases() : status.ignoredDatabases()),
                "Start the server without this option."));
      }
    }
    return findings;
  }

  private void checkVersion() {
    boolean old = facts.mariaDb() ? !facts.isMariaDbFrom(10, 0, 0) : !facts.isMySqlFrom(5, 5, 0);
    if (old) {
      error(
          "SERVER_TOO_OLD",
          "The server is %s; at least MySQL 5.5 or MariaDB 10.0 is expected.".formatted(facts),
          "Follow a newer server, for example a replica of this one.");
    }
  }

  private void checkLog() {
    if (!facts.isOn("log_bin")) {
      error(
          "BINLOG_OFF",
          "The server writes no binary log: log_bin is '%s', expected 'ON'."
              .formatted(facts.variable("log_bin")),
          "Start the server with log_bin, binlog_format=ROW and a server_id.");
    }
    if (facts.variable("server_id").equals("0")) {
      error(
          "SERVER_ID_ZERO",
          "The server accepts no replicas: server_id is '0', expected a number from 1 on.",
          "Run SET GLOBAL server_id = 1, with a number that no other server has, and put it into"
              + " the option file.");
    }
  }

  private void checkContent() {
    expect("binlog_format", "ROW", "BINLOG_FORMAT");
    if (facts.isOn("binlog_alter_two_phase")) {
      findings.add(
          new Finding(
              "BINLOG_ALTER_TWO_PHASE",
              Severity.RISK,
              SOURCE,
              "The log does not hold all that an ALTER TABLE depends on: binlog_alter_two_phase is"
                  + " 'ON', expected 'OFF'. The job stops in front of the first such statement on a"
                  + " selected table.",
              setGlobal("binlog_alter_two_phase", "OFF")));
    }
  }

  private void expect(String variable, String expected, String code) {
    String found = facts.variable(variable);
    // A server that does not know the variable knows no other way.
    if (!found.isEmpty() && !found.equalsIgnoreCase(expected)) {
      error(
          code,
          "The log does not hold whole rows: %s is '%s', expected '%s'."
              .formatted(variable, found, expected),
          setGlobal(variable, expected));
    }
  }

  private static String setGlobal(String variable, String value) {
    return ("Run SET GLOBAL %s = '%s', put it into the option file, and let all clients connect"
            + " anew.")
        .formatted(variable, value);
  }

  /** Sessions may set it as they like, so this is about what is usual only. */
  private void checkImages(boolean columnwise) {
    String found = facts.variable(ROW_IMAGE);
    if (found.equalsIgnoreCase("FULL_NODUP")) {
      return;
    }
    if (!columnwise) {
      expect(ROW_IMAGE, "FULL", "BINLOG_ROW_IMAGE");
    } else if (found.equalsIgnoreCase("MINIMAL") || found.equalsIgnoreCase("NOBLOB")) {
      warning(
          "BINLOG_ROW_IMAGE",
          ("The log does not hold whole rows: binlog_row_image is '%s'. Changes are written column"
               + " by column, one statement each. The job stops where a key changes of a row that"
               + " is not copied yet, where a row that changes is missing at the target, and where"
               + " the default of a column is not known. Several lanes share no transaction that"
               + " deletes from tables with further unique keys.%s")
              .formatted(found, facts.mariaDb() ? REPLACE : ""),
          setGlobal(ROW_IMAGE, "FULL"));
    }
  }

  private void checkOrder() {
    String replicated = facts.variable("gtid_slave_pos");
    if (facts.mariaDb() && !replicated.isEmpty() && !facts.isOn("gtid_strict_mode")) {
      warning(
          "GTID_ORDER",
          ("What is written on this server directly may take sequence numbers that transactions"
                  + " from its source have too; the first GTID that does not come after the one"
                  + " before it in its domain stops the job. The server is or was a replica:"
                  + " gtid_slave_pos is '%s', and gtid_strict_mode is '%s'.")
              .formatted(replicated, facts.variable("gtid_strict_mode")),
          MariaDbGtids.ORDER_ON_REPLICA);
    }
  }

  private void checkMarks(boolean hasWatermarkTable) {
    MarkMethod method = MarkMethod.of(facts, hasWatermarkTable);
    if (method == MarkMethod.WATERMARKS) {
      return;
    }
    if (hasWatermarkTable && facts.isMySqlFrom(5, 6, 0)) {
      warning(
          "BINLOG_ORDER_COMMITS",
          "The watermark table is of no use: binlog_order_commits is '%s', expected 'ON'. Rows are"
                  .formatted(facts.variable("binlog_order_commits"))
              + " locked against changes for the moment in which they are read.",
          "Run SET GLOBAL binlog_order_commits = ON.");
    } else {
      warning(
          "SNAPSHOT_LOCKS_ROWS",
          "The server has no GTIDs that say what a read has seen: rows are locked against changes"
              + " for the moment in which they are read.",
          facts.isMySqlFrom(5, 7, 5)
              ? "Set gtid_mode=ON, or give the source a watermark table."
              : facts.isMySqlFrom(5, 6, 0)
                  ? "Give the source a watermark table."
                  : "Copy from a replica of a newer version if that is in the way.");
    }
  }

  private void error(String code, String message, String fix) {
    findings.add(new Finding(code, Severity.ERROR, SOURCE, message, fix));
  }

  private void warning(String code, String message, String fix) {
    findings.add(new Finding(code, Severity.WARNING, SOURCE, message, fix));
  }

  private static Set<String> names(String list) {
    Set<String> names = new TreeSet<>(Arrays.asList(list.split(",", -1)));
    names.remove("");
    return names;
  }
}
