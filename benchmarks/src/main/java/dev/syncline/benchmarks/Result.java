package dev.syncline.benchmarks;

import java.util.Locale;

/** The lines that a benchmark prints. */
final class Result {

  private Result() {}

  /** Says what goes on. */
  static void say(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
  }

  /**
   * Prints a comparison of two speeds.
   *
   * @param ours in things per second
   * @param peer in the same things per second
   */
  static void compare(String benchmark, String mode, double ours, double peer) {
    say(
        "RESULT %s mode=%s ours=%.0f/s peer=%.0f/s ratio=%.2f",
        benchmark, mode, ours, peer, ours / peer);
  }
}
