package dev.syncline.redis;

import dev.syncline.ChangeRejectedException;
import dev.syncline.JobRun;
import dev.syncline.OwnershipLostException;
import dev.syncline.ProgressLostException;
import dev.syncline.SyncException;
import dev.syncline.TargetProgress;
import dev.syncline.TransientException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What jobs keep at the target: a hash each, {@code syncline:<job>}, in a database of their own.
 * Its fields are the job's id, the epoch, the position of each stream, which streams have begun to
 * copy, the libraries of functions that it has loaded, and a command that was refused in the middle
 * of a transaction. Beside it, in {@code syncline:<job>:scripts}, are the scripts that have come.
 *
 * <p>A connection that writes has a name that says whose it is. A take-over raises the epoch and
 * then ends all connections of the job: one that was there can do nothing any more, and one that
 * comes later reads the epoch before it writes.
 *
 * @param database the number of the database
 */
record SinkRecords(int database) {

  static final String POSITION = "position:";

  private static final String PREFIX = "syncline:";
  private static final String ID = "id";
  private static final String EPOCH = "epoch";
  private static final String REFUSED = "refused";
  private static final String COPYING = "copying:";
  private static final String LIBRARIES = "libraries";

  /** How many transactions were begun, and how many were ended: as many, seen from outside. */
  private static final String BEGUN = "begun";

  private static final String ENDED = "ended";

  String key(JobRun run) {
    return key(run.job());
  }

  /** The key of a job's record. */
  static String key(String job) {
    return PREFIX + job;
  }

  /** How the names of all connections begin over which a job writes; any name of a job will do. */
  private static String connections(JobRun run) {
    StringBuilder name = new StringBuilder(PREFIX);
    for (byte b : run.job().getBytes(StandardCharsets.UTF_8)) {
      boolean isPlain = b > ' ' && b <= '~' && b != ':' && b != '%';
      name.append(isPlain ? String.valueOf((char) b) : "%%%02x".formatted(b));
    }
    return name + ":sink:";
  }

  /** Takes the target over for a run, over a new connection. */
  TargetProgress takeOver(RespConnection connection, JobRun run, Map<String, String> first) {
    select(connection, run);
    connection.call("WATCH", key(run));
    Map<String, String> found = read(connection, run);
    long epoch = run.epoch();
    RespWriter raise = new RespWriter().add("MULTI");
    if (found.isEmpty()) {
      if (first.isEmpty()) {
        throw gone(connection, run);
      }
      raise.add("HMSET", key(run), ID, run.jobId());
      first.forEach((stream, text) -> raise.add("HSET", key(run), POSITION + stream, text));
    } else {
      checkIsOurs(connection, run, found);
      epoch = Math.max(epoch, epochOf(connection, run, found) + 1);
    }
    raise.add("HSET", key(run), EPOCH, epoch).add("EXEC");
    execute(connection, run, raise);
    endOthers(connection, run);
    Map<String, String> positions = new TreeMap<>();
    Map<String, String> now = read(connection, run);
    now.forEach(
        (field, text) -> {
          if (field.startsWith(POSITION)) {
            positions.put(field.substring(POSITION.length()), text);
          }
        });
    // A run that was ended just now may have had a command refused.
    checkIsOurs(connection, run, now);
    return new TargetProgress(epoch, List.of(positions), "", Map.of());
  }

  private static void execute(RespConnection connection, JobRun run, RespWriter transaction) {
    connection.send(transaction);
    Object reply = null;
    for (int i = 0; i < transaction.commands(); i++) {
      reply = connection.read();
      if (reply instanceof RedisReplyException error) {
        throw RedisErrors.refused(
            connection.address(), "to take over for job '" + run.job() + "'", error);
      }
    }
    if (reply == null) {
      throw new TransientException(
          "Another instance of job '%s' takes over target '%s' at the same time."
              .formatted(run.job(), connection.address()));
    }
  }

  /** Ends the connections of earlier runs, whatever they were doing. */
  private static void endOthers(RespConnection connection, JobRun run) {
    List<String> others = others(connection, run);
    for (String id : others) {
      connection.call("CLIENT", "KILL", "ID", id);
    }
    if (!others.isEmpty() && !others(connection, run).isEmpty()) {
      throw new TransientException(
          "Connections of an earlier run of job '%s' to target '%s' are still there."
              .formatted(run.job(), connection.address()));
    }
  }

  /** The numbers of the connections over which earlier runs write. */
  private static List<String> others(RespConnection connection, JobRun run) {
    String name = " name=" + connections(run);
    return connection
        .text("CLIENT", "LIST")
        .lines()
        .filter(line -> line.startsWith("id=") && line.contains(name))
        .map(line -> line.substring("id=".length(), line.indexOf(' ')))
        .toList();
  }

  /**
   * Makes a connection one of a run, after which it may write.
   *
   * @throws OwnershipLostException if a later run has taken over
   */
  void join(RespConnection connection, JobRun run) {
    connection.call("CLIENT", "SETNAME", connections(run) + run.epoch());
    select(connection, run);
    confirm(connection, run);
  }

  /**
   * Makes sure that a run still owns the target. The connection must be in the database of records.
   *
   * @throws OwnershipLostException if a later run has taken over
   * @throws TransientException if the target was set back to before this run
   */
  void confirm(RespConnection connection, JobRun run) {
    Map<String, String> found = read(connection, run);
    if (found.isEmpty()) {
      throw gone(connection, run);
    }
    long epoch = epochOf(connection, run, found);
    if (!run.jobId().equals(found.get(ID)) || epoch > run.epoch()) {
      throw new OwnershipLostException(
          "Another instance of job '%s' has taken the target '%s' over (epoch %d, ours is %d)."
              .formatted(run.job(), connection.address(), epoch, run.epoch()));
    }
    // The next take-over compares what is left with the checkpoint.
    if (epoch < run.epoch()) {
      throw new TransientException(
          ("The records of job '%s' at '%s' are older than this run (epoch %d, ours is %d): the"
                  + " target was set back, as by a failover to a replica that lagged.")
              .formatted(run.job(), connection.address(), epoch, run.epoch()));
    }
  }

  /** Selects the database of records. */
  void select(RespConnection connection, JobRun run) {
    try {
      connection.ask("SELECT", database);
    } catch (RedisReplyException e) {
      if (RedisErrors.isPassing(e)) {
        throw RedisErrors.refused(connection.address(), "to select a database", e);
      }
      throw new SyncException(
          ("The records of job '%s' cannot be kept in database %d of target '%s': %s. Give the sink"
                  + " a recordsDatabase that is there, or give the server more databases.")
              .formatted(run.job(), database, connection.address(), e.getMessage()),
          e);
    }
  }

  private Map<String, String> read(RespConnection connection, JobRun run) {
    List<?> reply;
    try {
      reply = connection.ask("HGETALL", key(run)) instanceof List<?> list ? list : List.of();
    } catch (RedisReplyException e) {
      if (e.is("WRONGTYPE")) {
        throw foreign(connection, run);
      }
      throw RedisErrors.refused(connection.address(), "to read the job's records", e);
    }
    Map<String, String> fields = new LinkedHashMap<>();
    for (int i = 0; i + 1 < reply.size(); i += 2) {
      fields.put(RespConnection.textOf(reply.get(i)), RespConnection.textOf(reply.get(i + 1)));
    }
    return fields;
  }

  private void checkIsOurs(RespConnection connection, JobRun run, Map<String, String> found) {
    String id = found.get(ID);
    if (id == null) {
      throw foreign(connection, run);
    }
    if (!id.equals(run.jobId())) {
      throw new ProgressLostException(
          ("The records in key '%s' of database %d at '%s' belong to another job of the name '%s',"
                  + " or to an earlier start of this one. If nothing needs them any more, delete"
                  + " that key; or name the job otherwise.")
              .formatted(key(run), database, connection.address(), run.job()));
    }
    if (!found.getOrDefault(BEGUN, "0").equals(found.getOrDefault(ENDED, "0"))) {
      throw new ProgressLostException(
          ("Target '%s' has come back with half of a transaction of job '%s', as servers do that"
                  + " were killed while they wrote it to their append-only file. Delete the job's"
                  + " checkpoint and key '%s' in database %d, and start the job anew, with"
                  + " existingKeys(REPLACE), or KEEP if the target has keys of its own in the"
                  + " selection.")
              .formatted(connection.address(), run.job(), key(run), database));
    }
    String refused = found.get(REFUSED);
    if (refused != null) {
      throw new ChangeRejectedException(
          KeyText.place(database, key(run)),
          ("Job '%s' has stopped at '%s' because of a command that failed in the middle of a"
                  + " transaction, the rest of which took effect: %s. Compare that key with the"
                  + " source. If the job is to go on, delete the field '%s' of key '%s' in database"
                  + " %d; or delete the job's checkpoint and that key, and start the job anew.")
              .formatted(run.job(), connection.address(), refused, REFUSED, key(run), database),
          null);
    }
  }

  private long epochOf(RespConnection connection, JobRun run, Map<String, String> found) {
    try {
      return Long.parseLong(found.getOrDefault(EPOCH, ""));
    } catch (NumberFormatException e) {
      throw foreign(connection, run);
    }
  }

  private ProgressLostException foreign(RespConnection connection, JobRun run) {
    return new ProgressLostException(
        ("Key '%s' of database %d at '%s' holds something else than the records of job '%s'."
                + " Delete it if nothing needs it, or name the job otherwise.")
            .formatted(key(run), database, connection.address(), run.job()));
  }

  private ProgressLostException gone(RespConnection connection, JobRun run) {
    return new ProgressLostException(
        ("The records of job '%s' in key '%s' of database %d at '%s' are gone. Delete the job's"
                + " checkpoint and start it anew, which copies all keys again.")
            .formatted(run.job(), key(run), database, connection.address()));
  }

  /**
   * What a transaction begins with. A server that is killed while it writes a transaction to its
   * append-only file does not always forget that half: before 4.0.12 it carries out what is there,
   * and later ones put it in front of the next transaction when they are started once more.
   */
  CommandBatch begin(JobRun run) {
    return new CommandBatch().serving("SELECT", database).serving("HINCRBY", key(run), BEGUN, 1);
  }

  /**
   * What records positions.
   *
   * @param ends whether a transaction ends that has begun with {@link #begin}
   */
  CommandBatch positions(JobRun run, Map<String, String> positions, boolean ends) {
    CommandBatch batch = new CommandBatch().serving("SELECT", database);
    if (!positions.isEmpty()) {
      Object[] command = new Object[2 + 2 * positions.size()];
      command[0] = "HMSET";
      command[1] = key(run);
      int at = 2;
      for (Map.Entry<String, String> position : positions.entrySet()) {
        command[at++] = POSITION + position.getKey();
        command[at++] = position.getValue();
      }
      batch.serving(command);
    }
    return ends ? batch.serving("HINCRBY", key(run), ENDED, 1) : batch;
  }

  /** Notes a command that failed while what was around it took effect. */
  void refuse(RespConnection connection, JobRun run, String what) {
    connection.call("HSET", key(run), REFUSED, what);
  }

  /** The libraries of functions that the job has loaded, as {@link LoadedLibraries} has them. */
  String libraries(RespConnection connection, JobRun run) {
    select(connection, run);
    return RespConnection.textOf(connection.call("HGET", key(run), LIBRARIES));
  }

  /** What records them. */
  CommandBatch libraries(JobRun run, String names) {
    return new CommandBatch()
        .serving("SELECT", database)
        .serving("HSET", key(run), LIBRARIES, names);
  }

  /** The texts of scripts, which are in a hash of their own, by their sums. */
  Map<String, byte[]> scripts(RespConnection connection, JobRun run) {
    select(connection, run);
    Map<String, byte[]> texts = new HashMap<>();
    for (Object text : connection.list("HVALS", scripts(run))) {
      if (text instanceof byte[] bytes) {
        texts.put(ScriptCommand.sum(bytes), bytes);
      }
    }
    return texts;
  }

  /** What records them. */
  CommandBatch scripts(JobRun run, Map<String, byte[]> texts) {
    CommandBatch batch = new CommandBatch().serving("SELECT", database);
    texts.forEach((sum, text) -> batch.serving("HSET", scripts(run), sum, text));
    return batch;
  }

  private String scripts(JobRun run) {
    return key(run) + ":scripts";
  }

  /** Whether a stream has begun to copy in this job. */
  boolean hasBegunCopy(RespConnection connection, JobRun run, String stream) {
    select(connection, run);
    return !RespConnection.textOf(connection.call("HGET", key(run), COPYING + stream)).isEmpty();
  }

  /** Notes that a stream begins to copy, in front of its first key. */
  void beginCopy(RespConnection connection, JobRun run, String stream, long attempt) {
    select(connection, run);
    connection.call("HSET", key(run), COPYING + stream, attempt);
  }
}
