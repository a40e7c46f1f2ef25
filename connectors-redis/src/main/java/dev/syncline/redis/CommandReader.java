package dev.syncline.redis;

import dev.syncline.KeySelection;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import java.util.List;

/** Skeleton. */
final class CommandReader {

  /** What becomes of commands that this connector does not know: those of modules. */
  enum Unknown {
    /** The job stops in front of it. */
    STOP,
    /** It is passed on as it is, if all keys are selected. */
    PASS
  }

  /**
   * Hears of keys whose expiry at the target may differ from the source's once the commands that
   * have been read are carried out: it is held, or it came from a key whose expiry may be held, or
   * from a script.
   */
  interface Expiries {

    /** A key has got an expiry. */
    void key(int database, byte[] key);

    /** Fields of a hash have got expiries. */
    void fields(int database, byte[] key);

    /** Any key may have got one: databases have been swapped. */
    void all();
  }

  private final KeySelection selection;
  private final Unknown unknown;
  private final Expiries expiries;

  CommandReader(KeySelection selection, Unknown unknown, Expiries expiries) {
    this.selection = selection;
    this.unknown = unknown;
    this.expiries = expiries;
  }

  /**
   * What a command means for the selected keys: mostly one change, none if it is about others. The
   * arguments are not copied and must not be changed.
   *
   * @throws dev.syncline.UnsupportedChangeException if the target's keys could not be made equal
   */
  List<KeyChange> read(int database, byte[][] arguments, Moment moment) {
    return List.of(KeyCommand.of(database, arguments));
  }
}
