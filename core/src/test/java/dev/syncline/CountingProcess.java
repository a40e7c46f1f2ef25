package dev.syncline;

import java.nio.file.Path;

/** Counts in a checkpoint beside other processes: each save that it wins adds one. */
final class CountingProcess {

  static final String JOB = "counter";

  private CountingProcess() {}

  /** Counts. Arguments: the directory of the store, how many saves to win. */
  public static void main(String[] arguments) {
    CheckpointStore store = FileCheckpointStore.at(Path.of(arguments[0]));
    int wanted = Integer.parseInt(arguments[1]);
    for (int won = 0; won < wanted; ) {
      StoredCheckpoint known = store.load(JOB).orElse(new StoredCheckpoint(0, "0"));
      String next = Long.toString(Long.parseLong(known.content()) + 1);
      try {
        store.save(JOB, new StoredCheckpoint(known.version(), next));
        won++;
      } catch (OwnershipLostException e) {
        // Another process was faster.
      }
    }
  }
}
