package dev.syncline.testkit.contract;

import dev.syncline.JobRun;
import dev.syncline.LaneWriter;
import dev.syncline.PlainSink;
import dev.syncline.Sink;
import dev.syncline.SinkWriter;
import dev.syncline.TargetProgress;
import dev.syncline.TransactionalSink;
import dev.syncline.change.Change;
import dev.syncline.change.ChangeBatch;
import dev.syncline.change.TransactionId;
import dev.syncline.change.TransactionPart;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes transactions in the way that a sink has. */
final class TrialJob<C extends Change> {

  private static final String STREAM = "stream";

  private final Sink<C> sink;
  private JobRun run;
  private boolean begun;
  private int transactions;

  /** A transaction of no source. */
  private record Sample(long number) implements TransactionId {}

  /** An opened sink. */
  interface Opened<C extends Change> extends AutoCloseable {

    /** Writes a transaction to its end. */
    void write(List<C> changes) throws InterruptedException;

    @Override
    void close();
  }

  TrialJob(Sink<C> sink, String name) {
    this.sink = sink;
    this.run = new JobRun("trial of " + name, "id of " + name, 1);
  }

  /** Opens the sink as a new run of the job. */
  Opened<C> open() {
    return sink instanceof TransactionalSink<C> transactional
        ? openLane(transactional)
        : openWriter((PlainSink<C>) sink);
  }

  private Opened<C> openLane(TransactionalSink<C> transactional) {
    Map<String, String> first = begun ? Map.of() : Map.of(STREAM, "begin");
    TargetProgress progress = transactional.takeOver(run, first);
    begun = true;
    run = run.withEpoch(progress.epoch());
    LaneWriter<C> lane = transactional.openLane(run, 0);
    return new Opened<>() {
      @Override
      public void write(List<C> changes) throws InterruptedException {
        lane.write(changes);
        lane.commit(Map.of(STREAM, "position:" + ++transactions));
      }

      @Override
      public void close() {
        lane.close();
      }
    };
  }

  private Opened<C> openWriter(PlainSink<C> plain) {
    SinkWriter<C> writer = plain.openWriter();
    return new Opened<>() {
      @Override
      public void write(List<C> changes) throws InterruptedException {
        TransactionPart<C> part =
            new TransactionPart<>(
                new Sample(++transactions), changes, Optional.empty(), Instant.EPOCH, 100);
        writer.write(new ChangeBatch<>(List.of(part), Optional.empty()));
      }

      @Override
      public void close() {
        writer.close();
      }
    };
  }

  /** Writes one transaction. */
  void write(List<C> changes) throws InterruptedException {
    try (Opened<C> opened = open()) {
      opened.write(changes);
    }
  }
}
