package dev.syncline.testkit.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.syncline.JobRun;
import dev.syncline.LaneWriter;
import dev.syncline.Sink;
import dev.syncline.SinkWriter;
import dev.syncline.TargetProgress;
import dev.syncline.TransactionalSink;
import dev.syncline.change.ChangeBatch;
import dev.syncline.change.CopyBegin;
import dev.syncline.change.CopyEnd;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyScope;
import dev.syncline.change.KeyValue;
import dev.syncline.change.StoredValue;
import dev.syncline.change.TransactionId;
import dev.syncline.change.TransactionPart;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Words for changes of keys, and a job that writes them as its sink's abilities allow. */
final class KeySinkTrial {

  static final String STREAM = "stream";

  private final Sink<KeyChange> sink;
  private JobRun run = new JobRun("keys", "id of keys", 1);
  private int transactions;

  /** A transaction of no source. */
  private record Sample(long number) implements TransactionId {}

  /** All keys of databases that begin with a text; of all databases if none is named. */
  private record Named(Set<Integer> databases, String prefix) implements KeyScope {

    @Override
    public boolean isWhole() {
      return prefix.isEmpty();
    }

    @Override
    public boolean includes(int database, byte[] key) {
      return (databases.isEmpty() || databases.contains(database))
          && new String(key, UTF_8).startsWith(prefix);
    }
  }

  /** An opened sink. */
  interface Opened extends AutoCloseable {

    /** Writes a transaction to its end. */
    void write(List<KeyChange> changes) throws InterruptedException;

    @Override
    void close();
  }

  KeySinkTrial(Sink<KeyChange> sink) {
    this.sink = sink;
  }

  /** Opens the sink as a new run does. */
  Opened open() {
    return sink instanceof TransactionalSink<KeyChange> transactional
        ? openLane(transactional)
        : openWriter();
  }

  private Opened openLane(TransactionalSink<KeyChange> transactional) {
    Map<String, String> first = transactions == 0 ? Map.of(STREAM, "begin") : Map.of();
    TargetProgress progress = transactional.takeOver(run, first);
    run = run.withEpoch(progress.epoch());
    LaneWriter<KeyChange> lane = transactional.openLane(run, 0);
    return new Opened() {
      @Override
      public void write(List<KeyChange> changes) throws InterruptedException {
        lane.write(changes);
        lane.commit(Map.of(STREAM, "position:" + ++transactions));
      }

      @Override
      public void close() {
        lane.close();
      }
    };
  }

  private Opened openWriter() {
    SinkWriter<KeyChange> writer = sink.openWriter();
    return new Opened() {
      @Override
      public void write(List<KeyChange> changes) throws InterruptedException {
        TransactionPart<KeyChange> part =
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
  void write(KeyChange... changes) throws InterruptedException {
    try (Opened opened = open()) {
      opened.write(List.of(changes));
    }
  }

  static KeyValue value(int database, String key, String text) {
    return value(database, key, text, KeyValue.NEVER);
  }

  static KeyValue value(int database, String key, String text, long expiresAt) {
    StoredValue.Text stored = new StoredValue.Text(text.getBytes(UTF_8));
    return new KeyValue(database, key.getBytes(UTF_8), stored, expiresAt);
  }

  static CopyBegin begin(long attempt, KeyScope scope) {
    return new CopyBegin(STREAM, attempt, scope, Map.of());
  }

  static CopyEnd end(KeyScope scope, long keys) {
    return new CopyEnd(STREAM, scope, keys);
  }

  /** All keys of databases. */
  static KeyScope databases(Integer... numbers) {
    return new Named(Set.of(numbers), "");
  }

  /** The keys of databases that begin with a text. */
  static KeyScope beginning(String prefix, Integer... databases) {
    return new Named(Set.of(databases), prefix);
  }
}
