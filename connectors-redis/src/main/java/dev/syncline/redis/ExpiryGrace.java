package dev.syncline.redis;

import dev.syncline.change.KeyCommand;
import java.time.Duration;

/**
 * Puts off when keys expire at the target by a moment, so that the source's own deletion, or its
 * renewal, comes first. The target would otherwise expire a key by its own clock that the source
 * has just renewed, and the renewal would find nothing. Immutable.
 *
 * @param millis by how much
 */
record ExpiryGrace(long millis) {

  static final Duration DEFAULT = Duration.ofMillis(500);
  static final Duration LONGEST = Duration.ofMinutes(1);

  /** A time at which a key expires, as the target gets it. */
  long at(long time) {
    return time > Long.MAX_VALUE - millis ? Long.MAX_VALUE : time + millis;
  }

  /** A command as the target gets it; the same if nothing expires by it. */
  KeyCommand of(KeyCommand command) {
    int place = Deadlines.place(command);
    if (place < 0 || millis == 0) {
      return command;
    }
    byte[][] later = command.arguments().clone();
    long time = at(Words.number(later, place));
    later[place] = Words.bytes(Math.min(time, Deadlines.latest(command)));
    return KeyCommand.of(command.database(), later, command.keyPlaces());
  }
}
