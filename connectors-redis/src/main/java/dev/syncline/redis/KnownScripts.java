package dev.syncline.redis;

import dev.syncline.ChangeRejectedException;
import dev.syncline.change.KeyCommand;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The scripts that a target has, as far as is known over a connection: those that it was sent, and
 * those that it was asked for. A target forgets its scripts when it is restarted, and EVALSHA would
 * then fail in the middle of a transaction. Used by one thread.
 */
final class KnownScripts {

  private static final int MOST = 10_000;

  /** The SHA-1 sums by which scripts are called. */
  private final Set<String> known = new HashSet<>();

  /** Whether a flush may still be on its way. */
  private boolean flushed;

  /**
   * Follows commands that are sent next: EVAL, EVALSHA and SCRIPT.
   *
   * @return the first command of each script that it does not know the target to have, by the sum
   */
  Map<String, KeyCommand> follow(List<ScriptCommand> commands) {
    Map<String, KeyCommand> unsure = new LinkedHashMap<>();
    for (ScriptCommand script : commands) {
      if (script.sum().isEmpty()) {
        known.clear();
        flushed = true;
      } else if (known.add(script.sum()) && script.text() == null) {
        unsure.put(script.sum(), script.command());
      }
    }
    return unsure;
  }

  /**
   * Asks the target for scripts that commands are to call.
   *
   * @throws ChangeRejectedException if it does not have one
   */
  void require(Map<String, KeyCommand> unsure, RespConnection target) {
    Object[] question = new Object[2 + unsure.size()];
    question[0] = "SCRIPT";
    question[1] = "EXISTS";
    int at = 2;
    for (String sum : unsure.keySet()) {
      question[at++] = sum;
    }
    Iterator<?> there = target.list(question).iterator();
    unsure.forEach(
        (sum, command) -> {
          // What the target has now it forgets by a flush that it may not have carried out yet.
          if (!Long.valueOf(1).equals(there.next()) || flushed) {
            throw missing(sum, command, target.address());
          }
        });
  }

  /** A transaction has ended: what it has loaded or flushed shows when the target is asked. */
  void settled() {
    flushed = false;
    if (known.size() > MOST) {
      known.clear();
    }
  }

  private static ChangeRejectedException missing(
      String sum, KeyCommand command, RedisAddress address) {
    SentCommand sent = SentCommand.of(command);
    return new ChangeRejectedException(
        CommandPipe.place(sent),
        ("%s calls the script '%s', which the target '%s' does not have: it was restarted since the"
                + " source has sent it, or its scripts were flushed. The command was not sent. Load"
                + " the script at the target (SCRIPT LOAD with its text) and start the job again.")
            .formatted(sent.describe(), sum, address),
        null);
  }
}
