package dev.syncline.redis;

import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Tries the commands by which a source is asked beside its stream, on a key that nobody has. The
 * one that writes waits behind a MULTI that is never carried out, so nothing can be tried behind it
 * over that connection.
 *
 * @param whole whether all keys of databases take part, all of which the user must be let to then
 */
record SourcePermissions(RespConnection server, boolean whole) {

  private static final String KEY = "syncline:check";

  /** Whether the server says anything of itself. */
  List<Finding> ofInfo() {
    List<Finding> findings = new ArrayList<>();
    require(findings, "INFO");
    return findings;
  }

  /** What the job cannot do without: it asks for the expiry of keys that hold. */
  List<Finding> ofSettling(RedisVersion version) {
    List<Finding> findings = new ArrayList<>();
    require(findings, "SELECT", 0);
    require(findings, "TIME");
    require(findings, "PING");
    require(findings, "SCAN", 0, "COUNT", 1);
    require(findings, version.isAtLeast(7, 0) ? "PEXPIRETIME" : "PTTL", KEY);
    return findings;
  }

  private void require(List<Finding> findings, Object... command) {
    missing(command)
        .ifPresent(
            reason ->
                findings.add(
                    finding(
                        "PERMISSION_MISSING",
                        Severity.ERROR,
                        "The user may not use the command %s, which the job needs: %s."
                            .formatted(command[0], reason),
                        fix(command[0], reason))));
  }

  /** Why a command is refused, unless it is the key that is, which then need not take part. */
  private Optional<String> missing(Object... command) {
    return refusal(command).filter(reason -> whole || !isOfKeys(reason));
  }

  /**
   * Why the user may not ask for a copy, which does not begin behind a MULTI; empty if he may, or
   * if that cannot be told.
   */
  Optional<String> ofCopying() {
    return queues() ? refusal("PSYNC", "?", -1) : Optional.empty();
  }

  /**
   * Whether commands only wait now, behind a MULTI; else none that does something may be tried, as
   * where a proxy refuses MULTI, or takes it and carries out what follows.
   */
  private boolean queues() {
    Optional<String> unused = refusal("MULTI");
    try {
      return RespConnection.textOf(server.ask("PING")).equals("QUEUED");
    } catch (RedisReplyException e) {
      return false;
    }
  }

  /** What the job needs to read keys in doubt again; else it copies all keys instead. */
  List<Finding> ofReading() {
    List<Finding> findings = new ArrayList<>();
    for (Object[] command : new Object[][] {{"DUMP", KEY}, {"MULTI"}, {"EXEC"}}) {
      missing(command)
          .ifPresent(
              reason ->
                  findings.add(
                      finding(
                          "REREAD_FORBIDDEN",
                          Severity.WARNING,
                          ("The user may not use the command %s: %s. Keys that the source renews"
                                  + " while the job is late or away cannot be read again, so the"
                                  + " job copies all keys anew then.")
                              .formatted(command[0], reason),
                          fix(command[0], reason))));
    }
    return findings;
  }

  /**
   * Whether the heartbeat can be written; cannot be told where MULTI is refused.
   *
   * @param proves whether the job cannot do without: it must know the offset of each one
   */
  List<Finding> ofHeartbeat(byte[] key, boolean proves) {
    String name = KeyText.of(key);
    Optional<String> multi = refusal("MULTI");
    if (multi.isPresent()) {
      return proves ? List.of(ofHeartbeat(name, true, "MULTI", multi.get())) : List.of();
    }
    if (!queues()) {
      return List.of();
    }
    return refusal("SET", key, "0", "PX", "1").stream()
        .map(reason -> ofHeartbeat(name, proves, "SET", reason))
        .toList();
  }

  private Finding ofHeartbeat(String key, boolean proves, String command, String reason) {
    return finding(
        "HEARTBEAT_FORBIDDEN",
        proves ? Severity.ERROR : Severity.WARNING,
        "The user may not use the command %s for the heartbeat's key '%s': %s. %s."
            .formatted(
                command,
                key,
                reason,
                proves
                    ? "Only the heartbeat shows the right offset behind a copy of this server"
                    : "Delays are known less exactly without it"),
        isUnknown(reason)
            ? fix(command, reason)
            : "ACL SETUSER <user> +set ~%s*, or withoutHeartbeat().".formatted(Heartbeat.PREFIX));
  }

  private Finding finding(String code, Severity severity, String message, String fix) {
    return new Finding(code, severity, server.address().toString(), message, fix);
  }

  private static String fix(Object command, String reason) {
    if (isOfKeys(reason)) {
      return "ACL SETUSER <user> ~*, or select those keys only that the user may read.";
    }
    return isUnknown(reason)
        ? "Let the server have the command under its own name (rename-command)."
        : "ACL SETUSER <user> +" + command.toString().toLowerCase(Locale.ROOT);
  }

  /** Why the user may not use a command; empty if he may, whatever else it comes to. */
  private Optional<String> refusal(Object... command) {
    try {
      Object unused = server.ask(command);
      return Optional.empty();
    } catch (RedisReplyException e) {
      String reason = String.valueOf(e.getMessage());
      // An EXEC that the user may not use fails as one whose commands were refused.
      boolean forbidden = reason.contains("NOPERM") || isUnknown(reason);
      return forbidden ? Optional.of(reason) : Optional.empty();
    }
  }

  private static boolean isUnknown(String reason) {
    return reason.contains("unknown command");
  }

  /** Servers say of a command that the user may not run it, and of keys that he may not access. */
  private static boolean isOfKeys(String reason) {
    return reason.contains("to access");
  }
}
