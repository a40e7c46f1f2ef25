package dev.syncline.redis;

import dev.syncline.CheckedSink.Keys;
import dev.syncline.CheckedSink.SinkCheck;
import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.KeySource.Keyspace;
import dev.syncline.SyncException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Looks at one server that is to be written to. Goes on looking after a finding; changes nothing
 * there. Used once.
 */
final class TargetFindings {

  static final Set<String> RISKS =
      Set.of("CLOCK_DIFFERS", "EVICTION", "MEMORY_SMALL", "VERSION_LOWER");

  private static final long CLOCK_MILLIS = 1_000;

  private final String address;
  private final SinkCheck check;
  private final int servers;
  private final List<Finding> findings = new ArrayList<>();

  /**
   * Looks at a server.
   *
   * @param servers among how many the data is shared out
   */
  TargetFindings(RedisAddress address, SinkCheck check, int servers) {
    this.address = address.toString();
    this.check = check;
    this.servers = servers;
  }

  /** A server that cannot be asked. */
  static Finding of(String object, SyncException failure) {
    return ConnectionFindings.of("TARGET", object, failure);
  }

  /** Looks at what does not depend on how the job writes. */
  List<Finding> ofServer(RespConnection server, RedisInfo info, Clock clock) {
    if (info.field("role").orElse("").equals("slave")) {
      add(
          "REPLICA",
          Severity.ERROR,
          "The server is a replica, whose keys are those of its master.",
          "Name the master.");
    }
    checkVersion(info);
    checkMemory(server, info);
    checkPersistence(server, info);
    checkClock(server, clock);
    return findings;
  }

  private Optional<Keyspace> source() {
    return check.keys().flatMap(Keys::source);
  }

  private void checkVersion(RedisInfo info) {
    RedisVersion version = info.version();
    if (!version.killsByNumber()) {
      add(
          "VERSION_TOO_OLD",
          Severity.ERROR,
          "The server is %s, which cannot end connections by their numbers.".formatted(version),
          "Use Redis 2.8.12 or later.");
    }
    sourceVersion()
        .filter(has -> !version.isAtLeast(has.major(), has.minor()))
        .ifPresent(
            has ->
                add(
                    "VERSION_LOWER",
                    Severity.RISK,
                    "The server is %s, older than the source, which is %s: a command or a type that"
                            .formatted(version, source().orElseThrow().product())
                        + " it does not know will stop the job.",
                    "Use a target that is as new as the source."));
  }

  private Optional<RedisVersion> sourceVersion() {
    return sourceVersion(check);
  }

  /** The version of Redis that the source is like, if it is known. */
  static Optional<RedisVersion> sourceVersion(SinkCheck check) {
    return check
        .keys()
        .flatMap(Keys::source)
        .map(Keyspace::compatible)
        .filter(version -> version.matches("\\d+\\.\\d+\\..*"))
        .map(version -> RedisVersion.of("redis_version:" + version));
  }

  private void checkMemory(RespConnection server, RedisInfo info) {
    long most = info.number("maxmemory").orElseGet(() -> number(server, "maxmemory"));
    String policy =
        info.field("maxmemory_policy").orElseGet(() -> setting(server, "maxmemory-policy"));
    if (most > 0 && !policy.isEmpty() && !policy.equals("noeviction")) {
      add(
          "EVICTION",
          Severity.RISK,
          "The server deletes keys when its memory is full (maxmemory-policy %s), the job's records"
                  .formatted(policy)
              + " perhaps among them.",
          "CONFIG SET maxmemory-policy noeviction, and in its configuration file");
    }
    long limit = most > 0 ? most : info.number("total_system_memory").orElse(0L);
    long free = limit - info.number("used_memory").orElse(0L);
    long needed = source().map(Keyspace::bytes).orElse(0L) / servers;
    if (check.firstStart() && limit > 0 && needed > free) {
      add(
          "MEMORY_SMALL",
          Severity.RISK,
          "Its share of the source's data takes %d bytes, and the server has %d left of %d."
              .formatted(needed, free, limit),
          "Give it more memory (maxmemory), or select less.");
    }
  }

  private void checkPersistence(RespConnection server, RedisInfo info) {
    boolean appends = info.number("aof_enabled").orElse(1L) == 1;
    if (!appends && setting(server, "save", "unknown").isEmpty()) {
      add(
          "NOT_PERSISTENT",
          Severity.WARNING,
          "The server keeps nothing on disk: after a restart its keys and the job's records are"
              + " gone, and the job must be started anew.",
          "CONFIG SET appendonly yes, and in its configuration file");
    }
  }

  private void checkClock(RespConnection server, Clock clock) {
    long before = clock.millis();
    long there = Settling.millis(server.list("TIME"));
    long after = clock.millis();
    long difference = there < before ? before - there : Math.max(0, there - after);
    if (difference > CLOCK_MILLIS) {
      add(
          "CLOCK_DIFFERS",
          Severity.RISK,
          "The server's clock differs from this machine's by %d ms, and keys expire by it."
              .formatted(difference),
          "Set both clocks, as by NTP.");
    }
  }

  /** A setting; empty if the server does not say. */
  private static String setting(RespConnection server, String name) {
    return setting(server, name, "");
  }

  private static String setting(RespConnection server, String name, String otherwise) {
    try {
      return server.ask("CONFIG", "GET", name) instanceof List<?> pair && pair.size() == 2
          ? RespConnection.textOf(pair.get(1)).toLowerCase(Locale.ROOT)
          : otherwise;
    } catch (RedisReplyException e) {
      return otherwise;
    }
  }

  private static long number(RespConnection server, String name) {
    String text = setting(server, name);
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
  }

  private void add(String code, Severity severity, String message, String fix) {
    findings.add(new Finding(code, severity, address, message, fix));
  }
}
