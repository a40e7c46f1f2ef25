package dev.syncline.testkit.fault;

/**
 * How many kills the tests of a run share: as many as the system property {@code syncline.kills}
 * says, {@value #FEW} without it. The full count is {@value #FULL}.
 */
public final class KillCount {

  static final int FEW = 30;
  static final int FULL = 600;

  private static final int FULL_ROUNDS = 5;

  private KillCount() {}

  /** How often everything is done that is done five times with the full count; at least once. */
  public static int rounds() {
    return Math.max(1, all() / (FULL / FULL_ROUNDS));
  }

  /** A part of all kills, at least 2. */
  public static int part(double share) {
    return (int) Math.max(2, all() * share);
  }

  private static int all() {
    return Integer.getInteger("syncline.kills", FEW);
  }

  /** How far a job is when the time until its kill begins. */
  public enum Moment {
    /** It may not even have started. */
    ANY,
    /** It copies, or has copied. */
    STARTED,
    /** It follows its source. */
    FOLLOWING
  }

  /** Every other kill strikes a job that follows. */
  public static Moment moment(int kill) {
    return switch (kill % 4) {
      case 0, 2 -> Moment.FOLLOWING;
      case 1 -> Moment.STARTED;
      default -> Moment.ANY;
    };
  }
}
