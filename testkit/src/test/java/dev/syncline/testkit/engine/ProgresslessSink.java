package dev.syncline.testkit.engine;

import dev.syncline.PlainSink;
import dev.syncline.SinkWriter;
import dev.syncline.StructureSink;
import dev.syncline.StructureWriter;
import dev.syncline.change.TableChange;
import dev.syncline.testkit.MemorySink;

/** A sink that keeps no progress. */
record ProgresslessSink(MemorySink sink) implements PlainSink<TableChange>, StructureSink {

  @Override
  public SinkWriter<TableChange> openWriter() {
    return sink.openWriter();
  }

  @Override
  public StructureWriter openStructureWriter() {
    return sink.openStructureWriter();
  }

  @Override
  public String toString() {
    return "plain " + sink;
  }
}
