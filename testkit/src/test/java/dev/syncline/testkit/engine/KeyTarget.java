package dev.syncline.testkit.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.syncline.ChangeRejectedException;
import dev.syncline.CheckedSink;
import dev.syncline.Finding;
import dev.syncline.JobRun;
import dev.syncline.LaneWriter;
import dev.syncline.OwnershipLostException;
import dev.syncline.ProgressLostException;
import dev.syncline.TargetProgress;
import dev.syncline.TransactionalSink;
import dev.syncline.change.CopyBegin;
import dev.syncline.change.CopyEnd;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import dev.syncline.change.KeyFlush;
import dev.syncline.change.KeyScope;
import dev.syncline.change.KeyValue;
import dev.syncline.change.StoredValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;

/**
 * Databases of keys in memory, and the sink that writes to them. Its commands are {@code ADD key
 * number}, {@code APPEND key text}, {@code DEL key} and {@code RENAME key key}. Thread-safe.
 */
final class KeyTarget implements TransactionalSink<KeyChange>, CheckedSink {

  /** What a key has, and when it expires. */
  record Held(String text, long expiresAt) {}

  /** What a job has recorded. */
  private static final class Records {
    final String id;
    final Map<String, String> positions = new HashMap<>();
    long epoch;

    Records(String id) {
      this.id = id;
    }
  }

  private final Map<String, Records> jobs = new HashMap<>();
  private final Map<Integer, Map<String, Held>> databases = new TreeMap<>();
  private Optional<SinkCheck> checked = Optional.empty();

  synchronized Map<String, String> texts(int database) {
    Map<String, String> texts = new TreeMap<>();
    held(database).forEach((key, held) -> texts.put(key, held.text()));
    return texts;
  }

  synchronized Optional<Held> find(int database, String key) {
    return Optional.ofNullable(held(database).get(key));
  }

  synchronized void put(int database, String key, Held held) {
    held(database).put(key, held);
  }

  private Map<String, Held> held(int database) {
    return databases.computeIfAbsent(database, number -> new TreeMap<>());
  }

  /** What the job said in its pre-check. */
  synchronized Optional<SinkCheck> checked() {
    return checked;
  }

  @Override
  public synchronized List<Finding> check(SinkCheck check) {
    checked = Optional.of(check);
    return List.of();
  }

  @Override
  public Set<String> risks() {
    return Set.of();
  }

  @Override
  public synchronized TargetProgress takeOver(JobRun run, Map<String, String> firstPositions) {
    Records records = jobs.get(run.job());
    if (records == null && !firstPositions.isEmpty()) {
      records = new Records(run.jobId());
      records.positions.putAll(firstPositions);
      jobs.put(run.job(), records);
    }
    if (records == null || !records.id.equals(run.jobId())) {
      throw new ProgressLostException(
          "There are no records of job '%s' with the id '%s'.".formatted(run.job(), run.jobId()));
    }
    records.epoch = Math.max(records.epoch + 1, run.epoch());
    return new TargetProgress(records.epoch, List.of(Map.copyOf(records.positions)), "", Map.of());
  }

  private Records owned(JobRun run) {
    Records records = jobs.get(run.job());
    if (records == null || records.epoch != run.epoch()) {
      throw new OwnershipLostException("Job '" + run.job() + "' was taken over.");
    }
    return records;
  }

  @Override
  public LaneWriter<KeyChange> openLane(JobRun run, int lane) {
    return new Writer(run);
  }

  @Override
  public String toString() {
    return "keys at the target";
  }

  /** Carries out a transaction when it is committed. */
  private final class Writer implements LaneWriter<KeyChange> {

    private final JobRun run;
    private final List<KeyChange> open = new ArrayList<>();

    /** The keys that have come since each stream's copy has begun. */
    private final Map<String, Set<KeyPlace>> came = new HashMap<>();

    Writer(JobRun run) {
      this.run = run;
    }

    @Override
    public void write(List<KeyChange> changes) {
      open.addAll(changes);
    }

    @Override
    public void commit(Map<String, String> moved) {
      synchronized (KeyTarget.this) {
        Records records = owned(run);
        Map<Integer, Map<String, Held>> before = new TreeMap<>();
        databases.forEach((number, keys) -> before.put(number, new TreeMap<>(keys)));
        try {
          open.forEach(this::carryOut);
        } catch (ChangeRejectedException e) {
          databases.clear();
          databases.putAll(before);
          throw e;
        }
        open.clear();
        records.positions.putAll(moved);
      }
    }

    private void carryOut(KeyChange change) {
      if (change instanceof CopyBegin begin) {
        came.put(begin.stream(), new HashSet<>());
      } else if (change instanceof KeyValue value) {
        StoredValue.Text text = (StoredValue.Text) value.value();
        set(value.database(), text(value.key()), new Held(text(text.bytes()), value.expiresAt()));
      } else if (change instanceof KeyCommand command) {
        carryOut(command);
      } else if (change instanceof KeyFlush flush) {
        delete(flush.scope(), (database, key) -> true);
      } else if (change instanceof CopyEnd end) {
        Set<KeyPlace> all = came.getOrDefault(end.stream(), Set.of());
        delete(end.scope(), (database, key) -> !all.contains(new KeyPlace(database, key)));
      }
    }

    private void carryOut(KeyCommand command) {
      int database = command.database();
      String key = text(command.argument(1));
      Held held = held(database).getOrDefault(key, new Held("", KeyValue.NEVER));
      switch (command.name()) {
        case "ADD" -> set(database, key, new Held(sum(command, held.text()), held.expiresAt()));
        case "APPEND" -> {
          String text = held.text() + text(command.argument(2));
          set(database, key, new Held(text, held.expiresAt()));
        }
        case "DEL" -> held(database).remove(key);
        case "RENAME" -> {
          held(database).remove(key);
          set(database, text(command.argument(2)), held);
        }
        default -> throw new ChangeRejectedException(key, "Unknown: " + command, null);
      }
    }

    private String sum(KeyCommand command, String text) {
      try {
        long number = text.isEmpty() ? 0 : Long.parseLong(text);
        return Long.toString(number + Long.parseLong(text(command.argument(2))));
      } catch (NumberFormatException e) {
        String key = text(command.argument(1));
        if (command.onFailure().isPresent()) {
          command.onFailure().get().run();
          return text;
        }
        throw new ChangeRejectedException(
            key, "Command 'ADD' on key '" + key + "': it has no number.", null);
      }
    }

    private void set(int database, String key, Held held) {
      held(database).put(key, held);
      came.values().forEach(all -> all.add(new KeyPlace(database, key)));
    }

    private void delete(KeyScope scope, BiPredicate<Integer, String> meant) {
      databases.forEach(
          (database, keys) ->
              keys.keySet()
                  .removeIf(
                      key ->
                          scope.includes(database, key.getBytes(UTF_8))
                              && meant.test(database, key)));
    }

    @Override
    public void close() {}
  }

  private record KeyPlace(int database, String key) {}

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }
}
