package dev.syncline.redis;

import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Tries the commands by which a sink writes. Those that write are queued behind a MULTI and then
 * dropped: a server looks at the user's permissions when it queues them.
 */
record TargetPermissions(RespConnection server, RedisVersion version) {

  private static final List<List<String>> ASKING =
      List.of(
          List.of("CLIENT", "LIST"),
          List.of("CLIENT", "KILL", "ID", "1000000000000000"),
          List.of("SCAN", "0"));

  private static final List<List<String>> WRITING =
      List.of(
          List.of("SELECT", "0"),
          List.of("HGETALL", "key"),
          List.of("HSET", "key", "x", "x"),
          List.of("HMSET", "key", "x", "x"),
          List.of("SET", "key", "x"),
          List.of("MSET", "key", "x"),
          List.of("DEL", "key"),
          List.of("RESTORE", "key", "0", "x"),
          List.of("PEXPIREAT", "key", "1"),
          List.of("RENAME", "key", "key"),
          List.of("APPEND", "key", "x"),
          List.of("RPUSH", "key", "x"),
          List.of("SADD", "key", "x"),
          List.of("ZADD", "key", "1", "x"),
          List.of("FLUSHDB"));

  /** What a source sends that has functions; a copy brings them by LOAD. */
  private static final List<List<String>> FUNCTIONS =
      List.of(
          List.of("FUNCTION", "LOAD", "REPLACE", "x"),
          List.of("FUNCTION", "DELETE", "x"),
          List.of("FUNCTION", "RESTORE", "x"),
          List.of("FUNCTION", "FLUSH"));

  /**
   * What the user may not do who writes and keeps records.
   *
   * @param key a key that is written to in any case
   */
  List<Finding> ofJob(String key) {
    List<Finding> findings = ofWriting(key);
    tryOut(findings, List.of("WATCH", key));
    return findings;
  }

  /**
   * What the user may not do who writes.
   *
   * @param key a key that the server may have
   */
  List<Finding> ofWriting(String key) {
    List<Finding> findings = new ArrayList<>();
    for (List<String> command : ASKING) {
      tryOut(findings, command);
    }
    if (tryOut(findings, List.of("MULTI"))) {
      List<List<String>> writing = new ArrayList<>(WRITING);
      if (version.isAtLeast(4, 0)) {
        writing.add(List.of("UNLINK", "key"));
      }
      for (List<String> command : writing) {
        tryOut(findings, command.stream().map(word -> word.equals("key") ? key : word).toList());
      }
      tryOut(findings, List.of("DISCARD"));
    }
    return findings;
  }

  /** Whether the user may not write the functions of a source; not every source has any. */
  List<Finding> ofFunctions() {
    if (refusal(List.of("MULTI")).isPresent()) {
      return List.of();
    }
    Optional<String> reason =
        FUNCTIONS.stream().map(this::refusal).flatMap(Optional::stream).findFirst();
    Optional<String> unused = refusal(List.of("DISCARD"));
    return reason.stream()
        .map(
            why ->
                new Finding(
                    "PERMISSION_MISSING",
                    Severity.WARNING,
                    "FUNCTION",
                    "The user may not use the command FUNCTION: %s. A function of the source stops"
                            .formatted(why)
                        + " the job.",
                    "ACL SETUSER <user> +function"))
        .toList();
  }

  /** Whether the server has taken the command. */
  private boolean tryOut(List<Finding> findings, List<String> command) {
    Optional<String> reason = refusal(command);
    String name = String.join(" ", command.subList(0, command.get(0).equals("CLIENT") ? 2 : 1));
    reason.ifPresent(
        why ->
            findings.add(
                new Finding(
                    "PERMISSION_MISSING",
                    Severity.ERROR,
                    name,
                    "The user may not use the command %s: %s.".formatted(name, why),
                    "ACL SETUSER <user> +" + name.toLowerCase(Locale.ROOT).replace(' ', '|'))));
    return reason.isEmpty();
  }

  /** Why the user may not use a command; empty if he may, whatever else it comes to. */
  private Optional<String> refusal(List<String> command) {
    try {
      Object unused = server.ask(command.toArray());
      return Optional.empty();
    } catch (RedisReplyException e) {
      String message = String.valueOf(e.getMessage());
      boolean forbidden = e.is("NOPERM") || message.contains("unknown command");
      return forbidden ? Optional.of(message) : Optional.empty();
    }
  }
}
