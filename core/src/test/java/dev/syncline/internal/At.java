package dev.syncline.internal;

import dev.syncline.change.Position;
import dev.syncline.change.TransactionId;

/** A transaction and a place in a log at the same time: so many transactions lie before it. */
record At(int sequence) implements TransactionId, Position {

  @Override
  public int compareTo(Position other) {
    return Integer.compare(sequence, ((At) other).sequence);
  }

  @Override
  public boolean includes(TransactionId transaction) {
    return ((At) transaction).sequence <= sequence;
  }

  @Override
  public String toString() {
    return Integer.toString(sequence);
  }

  static At parse(String text) {
    return new At(Integer.parseInt(text));
  }
}
