package dev.syncline.testkit.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.syncline.Sink;
import dev.syncline.change.CopyBegin;
import dev.syncline.change.CopyEnd;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyScope;
import dev.syncline.change.KeyValue;
import dev.syncline.change.StoredValue;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Words for changes of keys, and a job that writes them as its sink's abilities allow. */
final class KeySinkTrial {

  private static final String STREAM = "stream";

  private final TrialJob<KeyChange> job;

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

  KeySinkTrial(Sink<KeyChange> sink) {
    job = new TrialJob<>(sink, "keys");
  }

  /** Opens the sink as a new run does. */
  TrialJob.Opened<KeyChange> open() {
    return job.open();
  }

  /** Writes one transaction. */
  void write(KeyChange... changes) throws InterruptedException {
    job.write(List.of(changes));
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
