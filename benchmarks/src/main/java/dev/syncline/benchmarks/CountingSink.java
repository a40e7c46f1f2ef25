package dev.syncline.benchmarks;

import dev.syncline.PlainSink;
import dev.syncline.SinkWriter;
import dev.syncline.change.ChangeBatch;
import dev.syncline.change.TableChange;
import java.util.function.LongConsumer;

/** Takes changes and does nothing but count them. */
record CountingSink(LongConsumer count) implements PlainSink<TableChange> {

  @Override
  public SinkWriter<TableChange> openWriter() {
    return new SinkWriter<>() {
      @Override
      public void write(ChangeBatch<TableChange> batch) {
        long changes = batch.parts().stream().mapToLong(part -> part.changes().size()).sum();
        if (changes > 0) {
          count.accept(changes);
        }
      }

      @Override
      public void close() {
        // Holds nothing.
      }
    };
  }

  @Override
  public String toString() {
    return "counting sink";
  }
}
