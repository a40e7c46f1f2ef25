package dev.syncline.examples.demo;

import java.io.PrintStream;
import java.util.Locale;

/** Prints lines, and one line that is written over while things go on. */
final class Screen {

  private static final int WIDTH = 78;

  private final PrintStream out = System.out;

  /** Runtimes from 22 on say yes without a terminal too; then the line is written over in vain. */
  @SuppressWarnings("SystemConsoleNull")
  private final boolean terminal = System.console() != null;

  private boolean live;
  private long lastShown;

  /** Prints a line that stays. */
  synchronized void say(String line) {
    if (live) {
      out.println();
      live = false;
    }
    out.println(line);
    out.flush();
  }

  /** Shows progress in the line that is written over; where that cannot be, once a second. */
  synchronized void show(String progress) {
    if (terminal) {
      out.printf(Locale.ROOT, "\r%-" + WIDTH + "s", "  " + progress);
      out.flush();
      live = true;
    } else if (System.nanoTime() - lastShown > 1_000_000_000L) {
      lastShown = System.nanoTime();
      out.println("  " + progress);
      out.flush();
    }
  }
}
