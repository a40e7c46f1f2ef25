package dev.syncline.redis;

import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.SyncException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Tries the commands by which a sink writes. Those that write are queued behind a MULTI and then
 * dropped: a server looks at the user's permissions when it queues them.
 *
 * @param source the version of Redis that the source is like, if that is known
 */
record TargetPermissions(
    RespConnection server, RedisVersion version, Optional<RedisVersion> source) {

  private static final String UNKNOWN = "unknown command";

  /** Commands with subcommands, each of which is a right of its own. */
  private static final Set<String> CONTAINERS = Set.of("CLIENT", "SCRIPT", "FUNCTION", "XGROUP");

  /** What changes nothing by itself. */
  private static final List<List<String>> ALONE =
      List.of(
          List.of("CLIENT", "SETNAME", "syncline:check"),
          List.of("CLIENT", "LIST"),
          List.of("CLIENT", "KILL", "ID", "1000000000000000"),
          List.of("DISCARD"));

  /**
   * What the user may not do who writes to one server and keeps records there.
   *
   * @param key a key that is written to in any case
   */
  List<Finding> ofJob(String key) {
    List<List<String>> alone = new ArrayList<>(ALONE);
    alone.add(List.of("EXEC"));
    alone.add(List.of("WATCH", key));
    return find(key, alone, true);
  }

  /**
   * What the user may not do who writes to a master of a cluster.
   *
   * @param key a key that the master may have
   */
  List<Finding> ofMaster(String key) {
    return find(key, ALONE, false);
  }

  private List<Finding> find(String key, List<List<String>> alone, boolean oneServer) {
    List<Missing> needed = new ArrayList<>(missing(alone, key));
    boolean drops = needed.stream().noneMatch(missing -> missing.name().equals("DISCARD"));
    Optional<Missing> multi = beginMulti();
    multi.ifPresent(needed::add);
    List<Missing> some = new ArrayList<>();
    // What could not be dropped would come before whatever is asked next.
    if (drops && multi.isEmpty()) {
      checkQueues();
      needed.addAll(missing(WrittenCommands.needed(version, oneServer), key));
      RedisVersion least = source.filter(has -> has.compareTo(version) < 0).orElse(version);
      some.addAll(missing(WrittenCommands.streamed(least, oneServer), key));
      Object unused = server.call("DISCARD");
    }
    Map<String, Finding> findings = new LinkedHashMap<>();
    needed.forEach(missing -> findings.putIfAbsent(missing.right(), missing.finding()));
    some.removeIf(missing -> findings.containsKey(missing.right()));
    if (!some.isEmpty()) {
      findings.put("", ofSome(some));
    }
    return List.copyOf(findings.values());
  }

  private Optional<Missing> beginMulti() {
    try {
      Object unused = server.ask("MULTI");
      return Optional.empty();
    } catch (RedisReplyException e) {
      String why = String.valueOf(e.getMessage());
      if (isForbidden(why)) {
        return Optional.of(new Missing("MULTI", why));
      }
      throw RedisErrors.refused(server.address(), "the command MULTI", e);
    }
  }

  /** What lies between may take a MULTI and still carry out each command behind it at once. */
  private void checkQueues() {
    try {
      String answer = RespConnection.textOf(server.ask("SCAN", 0));
      if (!answer.equals("QUEUED")) {
        throw new SyncException(
            ("Server '%s' carries out commands behind a MULTI at once, so nothing more is tried."
                    + " Connect to the server itself, not to what changes its transactions.")
                .formatted(server.address()));
      }
    } catch (RedisReplyException itIsNotCarriedOut) {
      // Whether the user may not use it is asked behind this.
    }
  }

  /** A command that the user may not use, and what the server says of it. */
  private record Missing(String name, String why) {

    /** What the user lacks. Servers say so of keys and channels only if he has the command. */
    String right() {
      if (why.contains("to access")) {
        return why.contains("channel") ? "&*" : "~*";
      }
      return "+" + name.toLowerCase(Locale.ROOT).replace(' ', '|');
    }

    Finding finding() {
      return new Finding(
          "PERMISSION_MISSING",
          Severity.ERROR,
          name,
          "The user may not use the command %s: %s.".formatted(name, why),
          fix(List.of(this)));
    }
  }

  /** Not every source sends what some do. */
  private static Finding ofSome(List<Missing> some) {
    String names = some.stream().map(Missing::name).distinct().collect(Collectors.joining(", "));
    return new Finding(
        "PERMISSION_MISSING",
        Severity.WARNING,
        names,
        "The user may not use %s: %s. A source that sends such a command stops the job."
            .formatted(names, some.get(0).why()),
        fix(some));
  }

  private static String fix(List<Missing> missing) {
    return missing.get(0).why().contains(UNKNOWN)
        ? "Let the server have the command under its own name (rename-command)."
        : missing.stream()
            .map(Missing::right)
            .distinct()
            .collect(Collectors.joining(" ", "ACL SETUSER <user> ", ""));
  }

  /** Those of the commands that the user may not use, whatever else they come to. */
  private List<Missing> missing(List<List<String>> commands, String key) {
    RespWriter questions = new RespWriter();
    commands.forEach(
        words -> questions.add(words.stream().map(w -> w.equals("k") ? key : w).toArray()));
    server.send(questions);
    List<Missing> missing = new ArrayList<>();
    for (List<String> words : commands) {
      if (server.read() instanceof RedisReplyException error) {
        String why = String.valueOf(error.getMessage());
        // An EXEC that the user may not use fails as one whose commands were refused.
        if (isForbidden(why)) {
          int named = CONTAINERS.contains(words.get(0)) ? 2 : 1;
          missing.add(new Missing(String.join(" ", words.subList(0, named)), why));
        }
      }
    }
    return missing;
  }

  private static boolean isForbidden(String why) {
    return why.contains("NOPERM") || why.contains(UNKNOWN);
  }
}
