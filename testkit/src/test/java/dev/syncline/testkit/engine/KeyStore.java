package dev.syncline.testkit.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.syncline.CheckedSink;
import dev.syncline.KeySource;
import dev.syncline.SourceReader;
import dev.syncline.SourceScope;
import dev.syncline.SourceSession;
import dev.syncline.TransactionalSink;
import dev.syncline.change.ChangeBatch;
import dev.syncline.change.CopyBegin;
import dev.syncline.change.CopyEnd;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import dev.syncline.change.KeyScope;
import dev.syncline.change.KeyValue;
import dev.syncline.change.Position;
import dev.syncline.change.StoredValue;
import dev.syncline.change.TransactionId;
import dev.syncline.change.TransactionPart;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A store of keys in memory, as several streams each of which begins with a copy, and a target.
 * Commands add a number to a key.
 */
final class KeyStore {

  /** A place in a stream: how many copies have begun, how far the copy is, and what follows it. */
  record Place(long copies, boolean copied, long changes) implements Position {

    static Place parse(String text) {
      String[] words = text.split(":", 3);
      return new Place(
          Long.parseLong(words[0]), words[1].equals("copied"), Long.parseLong(words[2]));
    }

    @Override
    public int compareTo(Position other) {
      Place place = (Place) other;
      return copies != place.copies
          ? Long.compare(copies, place.copies)
          : copied != place.copied
              ? Boolean.compare(copied, place.copied)
              : Long.compare(changes, place.changes);
    }

    @Override
    public boolean includes(TransactionId transaction) {
      return compareTo(((Change) transaction).before()) > 0;
    }

    @Override
    public String toString() {
      return copies + (copied ? ":copied:" : ":copying:") + changes;
    }
  }

  /** A transaction by the place in front of it. */
  record Change(Place before) implements TransactionId {}

  /** One stream: what its keys were when commands were forgotten, and the commands since. */
  private static final class Stream {
    final Map<String, Long> copy = new TreeMap<>();
    final List<KeyCommand> commands = new ArrayList<>();
    long forgotten;

    boolean has(String key) {
      return copy.containsKey(key)
          || commands.stream().anyMatch(c -> key.equals(new String(c.argument(1), UTF_8)));
    }
  }

  private final Map<String, Stream> streams = new TreeMap<>();
  private final KeyTarget target = new KeyTarget();

  /** How many changes of a copy may still be read. */
  private final Semaphore copying = new Semaphore(0);

  KeyStore(String... names) {
    for (String name : names) {
      streams.put(name, new Stream());
    }
  }

  /** Lets copies be read. */
  void copies(int changes) {
    copying.release(changes);
  }

  /** Lets no more be read of copies until it is allowed again. */
  void holdCopies() {
    copying.drainPermits();
  }

  synchronized void add(String stream, String key, long number) {
    byte[][] command = {"ADD".getBytes(UTF_8), key.getBytes(UTF_8), bytes(number)};
    streams.get(stream).commands.add(KeyCommand.of(0, command, 1));
  }

  private static byte[] bytes(long number) {
    return Long.toString(number).getBytes(UTF_8);
  }

  /** Forgets the commands of a stream, so that whoever has not read them needs a copy. */
  synchronized void forget(String name) {
    Stream stream = streams.get(name);
    stream.commands.forEach(command -> apply(stream.copy, command));
    stream.forgotten += stream.commands.size();
    stream.commands.clear();
  }

  private static void apply(Map<String, Long> keys, KeyCommand command) {
    keys.merge(
        new String(command.argument(1), UTF_8),
        Long.parseLong(new String(command.argument(2), UTF_8)),
        Long::sum);
  }

  /** What a stream has by now. */
  synchronized Map<String, Long> source() {
    Map<String, Long> all = new TreeMap<>();
    streams
        .values()
        .forEach(
            stream -> {
              all.putAll(stream.copy);
              stream.commands.forEach(command -> apply(all, command));
            });
    return all;
  }

  Map<String, Long> target(int database) {
    Map<String, Long> keys = new TreeMap<>();
    target.texts(database).forEach((key, text) -> keys.put(key, Long.valueOf(text)));
    return keys;
  }

  void putAtTarget(int database, String key, long number) {
    target.put(database, key, new KeyTarget.Held(Long.toString(number), KeyValue.NEVER));
  }

  CheckedSink.SinkCheck checked() {
    return target.checked().orElseThrow();
  }

  KeySource asSource() {
    return new AsSource();
  }

  TransactionalSink<KeyChange> asSink() {
    return target;
  }

  private final class AsSource implements KeySource {

    @Override
    public boolean isCopied(Position position) {
      return ((Place) position).copied();
    }

    @Override
    public Keyspace keyspace() {
      return new Keyspace("Memory 1", "1", 1000, Map.of(0, 3L));
    }

    @Override
    public Position parsePosition(String text) {
      return Place.parse(text);
    }

    @Override
    public SourceSession<KeyChange> open(SourceScope<KeyChange> scope) {
      KeyScope keys = (KeyScope) scope.selection();
      return new SourceSession<>() {
        @Override
        public Map<String, Position> currentPositions() {
          Map<String, Position> begin = new HashMap<>();
          streams.keySet().forEach(name -> begin.put(name, new Place(0, false, 0)));
          return begin;
        }

        @Override
        public SourceReader<KeyChange> openReader(String stream, Position from) {
          return new Reader(stream, (Place) from, keys);
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public String toString() {
      return "keys";
    }
  }

  /** The keys of a scope that no other stream has. */
  private final class Share implements KeyScope {

    private final KeyScope scope;
    private final String stream;

    Share(KeyScope scope, String stream) {
      this.scope = scope;
      this.stream = stream;
    }

    @Override
    public Set<Integer> databases() {
      return scope.databases();
    }

    @Override
    public boolean isWhole() {
      return streams.size() == 1 && scope.isWhole();
    }

    @Override
    public boolean includes(int database, byte[] key) {
      synchronized (KeyStore.this) {
        return scope.includes(database, key)
            && streams.entrySet().stream()
                .filter(other -> !other.getKey().equals(stream))
                .noneMatch(other -> other.getValue().has(new String(key, UTF_8)));
      }
    }
  }

  private final class Reader implements SourceReader<KeyChange> {

    private final String name;
    private final KeyScope scope;
    private final List<KeyChange> copy = new ArrayList<>();
    private Place stands;

    Reader(String name, Place from, KeyScope scope) {
      this.name = name;
      this.scope = scope;
      synchronized (KeyStore.this) {
        Stream stream = streams.get(name);
        if (from.copied() && from.changes() >= stream.forgotten) {
          stands = from;
          return;
        }
        long attempt = from.copies() + 1;
        stands = new Place(attempt, false, 0);
        KeyScope share = new Share(scope, name);
        copy.add(new CopyBegin(name, attempt, share, Map.of(0, (long) stream.copy.size())));
        stream.copy.forEach(
            (key, number) ->
                copy.add(
                    new KeyValue(
                        0,
                        key.getBytes(UTF_8),
                        new StoredValue.Text(bytes(number)),
                        KeyValue.NEVER)));
        copy.add(new CopyEnd(name, share, stream.copy.size()));
      }
    }

    @Override
    public ChangeBatch<KeyChange> poll(Duration maxWait) throws InterruptedException {
      if (!copy.isEmpty() && !copying.tryAcquire(maxWait.toMillis(), TimeUnit.MILLISECONDS)) {
        return ChangeBatch.empty();
      }
      synchronized (KeyStore.this) {
        Stream stream = streams.get(name);
        if (!copy.isEmpty()) {
          KeyChange next = copy.remove(0);
          return batch(
              next,
              copy.isEmpty()
                  ? new Place(stands.copies(), true, stream.forgotten)
                  : new Place(stands.copies(), false, stands.changes() + 1));
        }
        int next = (int) (stands.changes() - stream.forgotten);
        if (next < stream.commands.size()) {
          return batch(
              stream.commands.get(next), new Place(stands.copies(), true, stands.changes() + 1));
        }
      }
      pause();
      return ChangeBatch.empty();
    }

    private void pause() throws InterruptedException {
      if (new Semaphore(0).tryAcquire(5, TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("A semaphore without permits gave one.");
      }
    }

    private ChangeBatch<KeyChange> batch(KeyChange change, Place end) {
      TransactionPart<KeyChange> part =
          new TransactionPart<>(
              new Change(stands), List.of(change), Optional.of(end), Instant.EPOCH, 100);
      stands = end;
      return new ChangeBatch<>(List.of(part), Optional.of(end));
    }

    @Override
    public void acknowledge(Position position) {}

    @Override
    public void close() {}

    @Override
    public String toString() {
      return name + scope;
    }
  }
}
