package dev.syncline.redis;

import dev.syncline.CheckedSource.SourceCheck;
import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.KeySelection;
import dev.syncline.SyncException;
import dev.syncline.change.KeyChange;
import dev.syncline.redis.RedisPosition.Following;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Looks at a source for what would go wrong with a job. Used for one check. */
final class RedisSourceCheck {

  static final Set<String> RISKS = Set.of("CLOCK_DIFFERS");

  private static final long CLOCK_MILLIS = 1_000;
  private static final long SMALL_BACKLOG = 64L << 20;
  private static final long LARGE_DATA = 10L << 30;
  private static final long LONG_TIMEOUT_SECONDS = 600;

  private final RedisSourceSettings settings;
  private final SourceCheck<KeyChange> check;
  private final List<Finding> findings = new ArrayList<>();

  RedisSourceCheck(RedisSourceSettings settings, SourceCheck<KeyChange> check) {
    this.settings = settings;
    this.check = check;
  }

  List<Finding> findings() {
    try {
      masters().forEach(this::checkServer);
    } catch (SyncException e) {
      failed("source", e);
    }
    return findings;
  }

  private Map<String, RedisAddress> masters() {
    if (settings.servers() instanceof RedisServers.Clustered cluster) {
      return RedisServers.firstAnswer(cluster.nodes(), settings.login(), this::layout);
    }
    return Map.of(RedisSession.STREAM, RedisServers.find(settings.servers(), settings.login()));
  }

  private Map<String, RedisAddress> layout(RespConnection node) {
    List<Finding> silent = permissions(node).ofInfo();
    if (!silent.isEmpty()) {
      findings.addAll(silent);
      return new TreeMap<>();
    }
    if (RedisInfo.of(node).number("cluster_enabled").orElse(0L) == 0) {
      add(
          "NO_CLUSTER",
          Severity.ERROR,
          node.address().toString(),
          "The server is no node of a cluster.",
          "Name it by host and port instead of cluster.");
      return new TreeMap<>();
    }
    Map<String, RedisAddress> masters = ClusterLayout.of(node).masters();
    check.resumeAt().keySet().stream()
        .filter(stream -> !masters.containsKey(stream))
        .forEach(
            stream ->
                add(
                    "SLOTS_MOVED",
                    Severity.ERROR,
                    stream,
                    "No master has these slots any more; they have %s.".formatted(masters.keySet()),
                    ClusterLayout.startAnew(check.scope().job())));
    ClusterLayout.replicas(node.text("CLUSTER", "NODES"), node.address())
        .forEach(this::checkReplica);
    return masters;
  }

  private void checkServer(String stream, RedisAddress address) {
    try (RespConnection server = RespConnection.open(address, settings.login())) {
      List<Finding> silent = permissions(server).ofInfo();
      if (!silent.isEmpty()) {
        findings.addAll(silent);
        return;
      }
      RedisInfo info = RedisInfo.of(server);
      checkKind(server, info);
      checkReplication(server, info);
      List<Finding> missing = permissions(server).ofSettling(info.version());
      findings.addAll(missing);
      if (missing.isEmpty()) {
        checkDatabases(server);
        checkClock(server);
      }
      checkSizes(server, info);
      checkModules(server, info);
      Optional.ofNullable(check.resumeAt().get(stream))
          .ifPresent(from -> checkResuming(address, info, (RedisPosition) from));
      checkTransactions(stream, server, info);
    } catch (SyncException e) {
      failed(address.toString(), e);
    }
  }

  /** It may be a master tomorrow, which has to let the job in then; today it can do without. */
  private void checkReplica(RedisAddress address) {
    List<Finding> found;
    try (RespConnection replica = RespConnection.open(address, settings.login())) {
      found = permissions(replica).ofInfo();
      if (found.isEmpty()) {
        Object unused = RedisInfo.of(replica);
      }
    } catch (SyncException e) {
      found = List.of(ConnectionFindings.of("SOURCE", address.toString(), e));
    }
    for (Finding finding : found) {
      add(
          finding.code(),
          Severity.WARNING,
          finding.object(),
          "At a replica, which may take over: " + finding.message(),
          finding.fix());
    }
  }

  private SourcePermissions permissions(RespConnection server) {
    return new SourcePermissions(server, ((KeySelection) check.scope().selection()).isWhole());
  }

  /** Comes last: what is tried here stays behind a MULTI. */
  private void checkTransactions(String stream, RespConnection server, RedisInfo info) {
    SourcePermissions permissions = permissions(server);
    findings.addAll(permissions.ofReading());
    if (settings.heartbeat()) {
      Optional<String> shard = settings.isCluster() ? Optional.of(stream) : Optional.empty();
      KeySelection selection = (KeySelection) check.scope().selection();
      StreamScope scope = new StreamScope(check.scope().job(), stream, shard, selection, false);
      findings.addAll(
          permissions.ofHeartbeat(scope.heartbeat(), info.version().foretellsOffsets()));
    }
    // Redis 6 has users, and no ACL DRYRUN yet.
    boolean asks = info.version().isAtLeast(6, 0) && !info.version().isAtLeast(7, 0);
    if (asks && findings.stream().noneMatch(found -> found.code().equals("PSYNC_FORBIDDEN"))) {
      permissions.ofCopying().ifPresent(why -> addForbidden(server, why));
    }
  }

  private void failed(String object, SyncException e) {
    findings.add(ConnectionFindings.of("SOURCE", object, e));
  }

  private void checkKind(RespConnection server, RedisInfo info) {
    String address = server.address().toString();
    if (!settings.isCluster() && info.number("cluster_enabled").orElse(0L) == 1) {
      add(
          "CLUSTER",
          Severity.ERROR,
          address,
          "The server is a node of a cluster, of which it has some of the slots only.",
          "Name it by cluster(\"" + address + "\") instead of host and port.");
    }
    if (!info.version().isAtLeast(2, 8)) {
      add(
          "VERSION_TOO_OLD",
          Severity.ERROR,
          address,
          "The server is %s, which cannot go on with a stream.".formatted(info.version()),
          "Use Redis 2.8 or later.");
    }
    boolean replica = info.field("role").orElse("").equals("slave");
    if (info.version().foretellsOffsets() && (replica || !settings.heartbeat())) {
      add(
          "HEARTBEAT_NEEDED",
          Severity.ERROR,
          address,
          "The server is %s, which may name a wrong offset for its copy; only the heartbeat shows"
                  .formatted(info.version())
              + " the right one, and a replica takes none.",
          "Switch the heartbeat on and name a master, or use Redis 2.8.22, 3.0.4 or later.");
    }
    if (replica) {
      boolean linked = info.field("master_link_status").orElse("").equals("up");
      add(
          "REPLICA",
          linked ? Severity.WARNING : Severity.ERROR,
          address,
          linked
              ? "The server is a replica: its stream lags behind its master, and it takes no"
                  + " heartbeat."
              : "The server is a replica without a connection to its master.",
          linked ? "Nothing, if it is meant so." : "Connect it to its master, or name that one.");
    }
  }

  /** Whether the user may be a replica is asked in ways that begin no copy. */
  private void checkReplication(RespConnection server, RedisInfo info) {
    String reason = "";
    try {
      Object unused = server.ask("REPLCONF", "capa", "psync2");
    } catch (RedisReplyException e) {
      reason = e.is("NOPERM") || message(e).contains("unknown command") ? message(e) : "";
    }
    Object known = tryCall(server, "COMMAND", "INFO", "psync").orElse(List.of("psync"));
    if (known instanceof List<?> list && (list.isEmpty() || list.get(0) == null)) {
      reason = "the command PSYNC is renamed or switched off";
    }
    if (info.version().isAtLeast(7, 0)) {
      Object user = tryCall(server, "ACL", "WHOAMI").orElse("");
      Object answer = tryCall(server, "ACL", "DRYRUN", user, "PSYNC", "?", "-1").orElse("OK");
      reason = RespConnection.textOf(answer).equals("OK") ? reason : RespConnection.textOf(answer);
    }
    if (!reason.isEmpty()) {
      addForbidden(server, reason);
    }
  }

  private void addForbidden(RespConnection server, String reason) {
    add(
        "PSYNC_FORBIDDEN",
        Severity.ERROR,
        server.address().toString(),
        "The user may not replicate: " + reason,
        "ACL SETUSER <user> +psync +replconf, or a user who may.");
  }

  /** An answer; empty if the server refuses it, or does not know it. */
  private static Optional<Object> tryCall(RespConnection server, Object... command) {
    try {
      return Optional.ofNullable(server.ask(command));
    } catch (RedisReplyException e) {
      return Optional.empty();
    }
  }

  private void checkDatabases(RespConnection server) {
    KeySelection selection = (KeySelection) check.scope().selection();
    for (int database : selection.databases()) {
      try {
        Object unused = server.ask("SELECT", database);
      } catch (RedisReplyException e) {
        add(
            "DATABASE_MISSING",
            Severity.ERROR,
            server.address() + " database " + database,
            "The selected database cannot be used: " + message(e),
            "Select databases that the source has; a cluster has database 0 only.");
      }
    }
  }

  private void checkClock(RespConnection server) {
    long before = settings.clock().millis();
    long there = Settling.millis(server.list("TIME"));
    long after = settings.clock().millis();
    long difference = there < before ? before - there : Math.max(0, there - after);
    if (difference > CLOCK_MILLIS) {
      add(
          "CLOCK_DIFFERS",
          Severity.RISK,
          server.address().toString(),
          "The server's clock differs from ours by %d ms. Keys expire by the clocks of their"
                  .formatted(difference)
              + " servers, so they do too early or too late at one of the ends.",
          "Set the clocks by NTP, or acknowledge CLOCK_DIFFERS if source and target agree.");
    }
  }

  private void checkSizes(RespConnection server, RedisInfo info) {
    String address = server.address().toString();
    long data = info.number("used_memory").orElse(0L);
    long backlog =
        config(server, "repl-backlog-size").or(() -> info.number("repl_backlog_size")).orElse(0L);
    if (backlog > 0 && backlog < SMALL_BACKLOG && backlog < data / 10) {
      add(
          "BACKLOG_SMALL",
          Severity.WARNING,
          address,
          "The source keeps %d bytes of its stream (repl-backlog-size) and has %d bytes of data:"
                  .formatted(backlog, data)
              + " when more is written while the job is away, it copies all keys anew.",
          "CONFIG SET repl-backlog-size %d".formatted(Math.min(SMALL_BACKLOG * 16, data / 5)));
    }
    hardLimit(server)
        .filter(limit -> limit > 0 && limit < data / 8)
        .ifPresent(
            limit ->
                add(
                    "OUTPUT_BUFFER_SMALL",
                    Severity.WARNING,
                    address,
                    ("The source drops a replica that it has to keep %d bytes for"
                            + " (client-output-buffer-limit) and has %d bytes of data: what is"
                            + " written while these are copied must fit in.")
                        .formatted(limit, data),
                    "CONFIG SET client-output-buffer-limit \"%s %d %d 600\""
                        .formatted(info.version().replica(), data / 2, data / 4)));
    Optional<Long> timeout = config(server, "repl-timeout");
    if (data > LARGE_DATA && timeout.filter(t -> t < LONG_TIMEOUT_SECONDS).isPresent()) {
      add(
          "REPL_TIMEOUT_SHORT",
          Severity.WARNING,
          address,
          "The source has %d bytes of data and gives a replica up after %d seconds (repl-timeout)."
              .formatted(data, timeout.get()),
          "CONFIG SET repl-timeout " + LONG_TIMEOUT_SECONDS);
    }
    config(server, "repl-ping-slave-period")
        .or(() -> config(server, "repl-ping-replica-period"))
        .filter(seconds -> seconds >= settings.silence().toSeconds())
        .ifPresent(
            seconds ->
                add(
                    "SILENCE_SHORT",
                    Severity.ERROR,
                    address,
                    "The source gives a sign of life each %d seconds, and counts as lost after %d."
                        .formatted(seconds, settings.silence().toSeconds()),
                    "Set silence to more than that, or repl-ping-%s-period to less."
                        .formatted(info.version().replica())));
  }

  private static Optional<Long> config(RespConnection server, String name) {
    return setting(server, name).filter(text -> text.matches("\\d{1,18}")).map(Long::parseLong);
  }

  private static Optional<String> setting(RespConnection server, String name) {
    return tryCall(server, "CONFIG", "GET", name)
        .filter(reply -> reply instanceof List<?> list && list.size() >= 2)
        .map(reply -> RespConnection.textOf(((List<?>) reply).get(1)));
  }

  /** The hard limit for replicas in {@code normal 0 0 0 slave 268435456 67108864 60 …}. */
  private static Optional<Long> hardLimit(RespConnection server) {
    String[] words = setting(server, "client-output-buffer-limit").orElse("").split(" ", -1);
    for (int i = 0; i + 1 < words.length; i++) {
      boolean replicas = words[i].equals("slave") || words[i].equals("replica");
      if (replicas && words[i + 1].matches("\\d{1,18}")) {
        return Optional.of(Long.parseLong(words[i + 1]));
      }
    }
    return Optional.empty();
  }

  private void checkModules(RespConnection server, RedisInfo info) {
    if (!info.version().isAtLeast(4, 0)) {
      return;
    }
    List<String> loaded = loadedModules(tryCall(server, "MODULE", "LIST").orElse(List.of()));
    if (!loaded.isEmpty() && settings.unknown() == CommandReader.Unknown.STOP) {
      add(
          "MODULES",
          Severity.WARNING,
          server.address().toString(),
          "The source has the modules %s. Their values are copied where the target has them as"
                  .formatted(loaded)
              + " well; the job stops in front of the first of their commands.",
          "unknownCommands(PASS), if all keys are selected and the target has the same modules.");
    }
  }

  /**
   * The names of the modules in what MODULE LIST says. Servers from 7.0 on say which file each was
   * loaded from; what has none is a part of the server, as the vector sets of Redis 8.
   */
  static List<String> loadedModules(Object modules) {
    List<String> loaded = new ArrayList<>();
    for (Object module : modules instanceof List<?> list ? list : List.of()) {
      Map<String, String> fields = new TreeMap<>();
      for (int i = 0; module instanceof List<?> words && i + 1 < words.size(); i += 2) {
        fields.put(
            RespConnection.textOf(words.get(i)),
            words.get(i + 1) instanceof List<?> ? "" : RespConnection.textOf(words.get(i + 1)));
      }
      if (fields.getOrDefault("path", "/").contains("/")) {
        loaded.add(fields.getOrDefault("name", "?"));
      }
    }
    return loaded;
  }

  private void checkResuming(RedisAddress address, RedisInfo info, RedisPosition from) {
    if (!(from.place() instanceof Following place)) {
      return;
    }
    // Before 4.0 a server's history has the id of its process.
    boolean now =
        info.field("master_replid")
            .or(() -> info.field("run_id"))
            .filter(place.replication()::equals)
            .isPresent();
    boolean before =
        info.field("master_replid2").orElse("").equals(place.replication())
            && place.offset() < info.number("second_repl_offset").orElse(-1L);
    long first = info.number("repl_backlog_first_byte_offset").orElse(0L);
    long last = info.number("master_repl_offset").orElse(Long.MAX_VALUE);
    boolean kept = place.readFrom() + 1 >= first && place.offset() <= last;
    if (!(now || before) || !kept) {
      add(
          "FULL_COPY",
          Severity.WARNING,
          address.toString(),
          "The source does not have what comes behind %s: its stream has another id, or begins at"
                  .formatted(from)
              + " %d.".formatted(first),
          "Nothing: the job copies all keys once more. A larger repl-backlog-size spares that.");
    }
  }

  private static String message(Exception e) {
    return String.valueOf(e.getMessage());
  }

  private void add(String code, Severity severity, String object, String message, String fix) {
    findings.add(new Finding(code, severity, object, message, fix));
  }
}
