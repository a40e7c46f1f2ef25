package dev.syncline.redis;

import dev.syncline.CheckedSink.Keys;
import dev.syncline.CheckedSink.SinkCheck;
import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.JobRun;
import dev.syncline.KeySelection;
import dev.syncline.SyncException;
import dev.syncline.change.KeyFlush;
import dev.syncline.change.KeyScope;
import dev.syncline.redis.RedisSink.ExistingKeys;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Looks at a target that is no cluster for what would go wrong. Changes nothing. Used once. */
final class RedisSinkCheck {

  private static final String TARGET = "target";

  private final SinkConnections connections;
  private final SinkCheck check;
  private final Clock clock;
  private final List<Finding> findings = new ArrayList<>();

  RedisSinkCheck(SinkConnections connections, SinkCheck check, Clock clock) {
    this.connections = connections;
    this.check = check;
    this.clock = clock;
  }

  List<Finding> findings() {
    try (RespConnection server = connections.open()) {
      RedisInfo info = RedisInfo.of(server);
      if (info.number("cluster_enabled").orElse(0L) == 1) {
        add(
            "CLUSTER",
            server.address().toString(),
            "The server is a node of a cluster.",
            "Use RedisClusterSink, which writes at least once, or a server that is no node.");
        return findings;
      }
      findings.addAll(new TargetFindings(server.address(), check, 1).ofServer(server, info, clock));
      findings.addAll(permissions(server, info).ofJob(recordsKey()));
      boolean hasRecords = checkRecordsDatabase(server);
      checkDatabases(server);
      if (hasRecords) {
        checkRecords(server);
      }
    } catch (SyncException e) {
      findings.add(TargetFindings.of(TARGET, e));
    }
    return findings;
  }

  private TargetPermissions permissions(RespConnection server, RedisInfo info) {
    return new TargetPermissions(server, info.version(), TargetFindings.sourceVersion(check));
  }

  private SinkRecords records() {
    return connections.settings().records();
  }

  private String recordsKey() {
    return records().key(new JobRun(check.job(), "", 0));
  }

  /** The selection; all keys if it is not known. */
  private KeySelection selection() {
    return check.keys().map(Keys::selection).orElseGet(KeySelection::all);
  }

  /** The numbers at the target of the databases that are known to come. */
  private Set<Integer> databases() {
    KeySelection selection = selection();
    Set<Integer> databases = new TreeSet<>();
    selection.databases().forEach(number -> databases.add(selection.target(number)));
    if (databases.isEmpty()) {
      check
          .keys()
          .flatMap(Keys::source)
          .ifPresent(
              keyspace ->
                  keyspace.keys().entrySet().stream()
                      .filter(entry -> entry.getValue() > 0)
                      .forEach(entry -> databases.add(entry.getKey())));
    }
    return databases;
  }

  /** Whether the database of records is there. */
  private boolean checkRecordsDatabase(RespConnection server) {
    int number = records().database();
    if (databases().contains(number)) {
      add(
          "RECORDS_DATABASE_SELECTED",
          "database " + number,
          "The job would write keys to database %d, where it keeps its records.".formatted(number),
          "Give the sink another recordsDatabase, or that database another number at the target.");
    }
    Optional<String> refusal = refusal(server, number);
    refusal.ifPresent(
        reason ->
            add(
                "RECORDS_DATABASE_MISSING",
                "database " + number,
                "The records cannot be kept in database %d: %s.".formatted(number, reason),
                "Give the sink a recordsDatabase that is there, or the server more databases."));
    return refusal.isEmpty();
  }

  private void checkDatabases(RespConnection server) {
    for (int number : databases()) {
      refusal(server, number)
          .ifPresent(
              reason ->
                  add(
                      "DATABASE_MISSING",
                      "database " + number,
                      "Database %d cannot be used at the target: %s.".formatted(number, reason),
                      "Give the server more databases, or that database another number."));
    }
  }

  private static Optional<String> refusal(RespConnection server, int database) {
    try {
      Object unused = server.ask("SELECT", database);
      return Optional.empty();
    } catch (RedisReplyException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private void checkRecords(RespConnection server) {
    server.call("SELECT", records().database());
    boolean there = Long.valueOf(1).equals(server.call("EXISTS", recordsKey()));
    if (!check.firstStart() && !there) {
      add(
          "PROGRESS_MISSING",
          recordsKey(),
          "Job '%s' has run before, but its records in key '%s' of database %d are gone."
              .formatted(check.job(), recordsKey(), records().database()),
          "Delete the job's checkpoint and start it anew, which copies all keys again.");
    }
    if (check.firstStart() && !there) {
      checkEmpty(server);
    }
  }

  private void checkEmpty(RespConnection server) {
    KeyScope scope = ((KeyFlush) selection().toTarget(new KeyFlush(selection()))).scope();
    if (connections.settings().existing() == ExistingKeys.REFUSE
        && new ScopeScan(server, records().database()).findsAny(scope)) {
      add(
          "KEYS_EXIST",
          server.address().toString(),
          "The target already has keys among those that are to be copied (%s).".formatted(scope),
          "Delete them, or let the sink's existingKeys REPLACE or KEEP them.");
    }
  }

  private void add(String code, String object, String message, String fix) {
    findings.add(new Finding(code, Severity.ERROR, object, message, fix));
  }
}
