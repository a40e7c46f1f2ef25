package dev.syncline.internal;

import dev.syncline.JobRun;
import dev.syncline.ProgressLostException;
import dev.syncline.TargetProgress;
import dev.syncline.change.Change;
import dev.syncline.change.Position;
import dev.syncline.internal.Checkpoint.Phase;
import java.util.Map;

/** Takes the target over for a run, and brings the checkpoint to where the target is. */
record TakeOver<C extends Change>(JobSpec<C> spec, Target<C> target, CheckpointKeeper keeper) {

  /**
   * Takes the target over. From then on the checkpoint has the positions that the target has, and
   * the tables as they are defined there.
   *
   * @throws ProgressLostException if the target does not have what the checkpoint says that it has
   */
  TargetProgress run() {
    Checkpoint checkpoint = keeper.current();
    boolean first = checkpoint.phase() == Phase.PLANNED;
    JobRun wanted = new JobRun(spec.name(), checkpoint.jobId(), checkpoint.epoch());
    TargetProgress found =
        target.takeOver(wanted, first ? checkpoint.positions() : Map.of(), checkpoint);
    Map<String, String> positions = found.lanes().get(0);
    checkStreams(checkpoint, positions);
    checkReached(checkpoint, positions);
    Checkpoint claimed =
        checkpoint
            .withEpoch(found.epoch())
            .withPositions(positions)
            .withPassed(entry -> isPassed(entry, positions))
            .withRecorded(found.completed());
    keeper.save(first ? claimed.withPhase(Phase.CLAIMED) : claimed);
    return found;
  }

  private boolean isPassed(HistoryEntry entry, Map<String, String> positions) {
    String position = positions.get(entry.stream());
    return position != null && parse(position).covers(parse(entry.position()));
  }

  private Position parse(String text) {
    return spec.ends().source().parsePosition(text);
  }

  private void checkStreams(Checkpoint checkpoint, Map<String, String> found) {
    if (!found.keySet().equals(checkpoint.positions().keySet())) {
      throw new ProgressLostException(
          ("The records of job '%s' at '%s' are for the streams %s, but the"
                  + " checkpoint has the streams %s. Do not start it again before it is clear who"
                  + " changed them.")
              .formatted(
                  spec.name(),
                  spec.ends().sink(),
                  found.keySet(),
                  checkpoint.positions().keySet()));
    }
  }

  /**
   * A position gets into the checkpoint when it is committed at the target, so a target behind it
   * has lost commits. The checkpoint has the tables as they are further on, and counts copied what
   * may be lost.
   */
  private void checkReached(Checkpoint checkpoint, Map<String, String> found) {
    found.forEach(
        (stream, text) -> {
          String noted = checkpoint.positions().get(stream);
          if (noted != null && !parse(text).covers(parse(noted))) {
            throw new ProgressLostException(
                ("The target '%s' of job '%s' is at %s of stream '%s', but by the checkpoint it has"
                        + " been at %s: it has lost commits, as by a failover to a replica that"
                        + " lagged, or a backup that was restored. Put back the checkpoint of the"
                        + " same moment; or delete the checkpoint and what the job has made at the"
                        + " target, and start it anew.")
                    .formatted(spec.ends().sink(), spec.name(), text, stream, noted));
          }
        });
  }
}
