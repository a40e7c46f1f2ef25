package dev.syncline.redis.endtoend;

/** How many kills the tests of this package share, by {@code -Dsyncline.kills}. */
final class KillCount {

  private KillCount() {}

  /** How often everything is done that is done five times with the full count. */
  static int rounds() {
    return Math.max(1, Integer.getInteger("syncline.kills", 30) / 120);
  }

  /** A part of all kills, at least 2. */
  static int part(double share) {
    return (int) Math.max(2, Integer.getInteger("syncline.kills", 30) * share);
  }

  /** How far a job is when the time until its kill begins. */
  enum Moment {
    ANY,
    STARTED,
    FOLLOWING
  }

  /** Every other kill strikes a job that follows. */
  static Moment moment(int kill) {
    return switch (kill % 4) {
      case 0, 2 -> Moment.FOLLOWING;
      case 1 -> Moment.STARTED;
      default -> Moment.ANY;
    };
  }
}
