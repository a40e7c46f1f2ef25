package dev.syncline;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Keeps dead letters in the heap, for tests. Thread-safe. */
public final class MemoryDeadLetterSink implements DeadLetterSink {

  private final List<DeadLetter> letters = new ArrayList<>();

  /** A sink without letters. */
  public MemoryDeadLetterSink() {}

  @Override
  public synchronized void keep(DeadLetter letter) {
    letters.add(Objects.requireNonNull(letter, "letter"));
  }

  /** The letters in the order in which they came. */
  public synchronized List<DeadLetter> letters() {
    return List.copyOf(letters);
  }
}
