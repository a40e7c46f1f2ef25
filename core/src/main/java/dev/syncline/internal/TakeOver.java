package dev.syncline.internal;

import dev.syncline.JobRun;
import dev.syncline.ProgressLostException;
import dev.syncline.TargetProgress;
import dev.syncline.change.Change;
import dev.syncline.change.Position;
import dev.syncline.internal.Checkpoint.Phase;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the target over for a run, and brings the checkpoint to where the target is. */
record TakeOver<C extends Change>(JobSpec<C> spec, Target<C> target, CheckpointKeeper keeper) {

  private static final Logger LOG = LoggerFactory.getLogger(TakeOver.class);

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
    Checkpoint now = first ? claimed.withPhase(Phase.CLAIMED) : claimed;
    keeper.save(now.since().isEmpty() ? now.withSince(positions) : now);
    return found;
  }

  private boolean isPassed(HistoryEntry entry, Map<String, String> positions) {
    String position = positions.get(entry.stream());
    return position != null && covers(position, entry.position());
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
   * has lost commits. Those of rows come again with the streams, from where the target is now. What
   * else the checkpoint says of the target, as of tables that were changed or copied, does not.
   */
  private void checkReached(Checkpoint checkpoint, Map<String, String> found) {
    boolean again = lacksOnlyRows(checkpoint.since(), found);
    found.forEach(
        (stream, text) -> {
          String noted = checkpoint.positions().get(stream);
          if (noted == null || covers(text, noted)) {
            return;
          }
          if (!again) {
            throw lost(stream, text, noted);
          }
          LOG.warn(
              "The target '{}' of job '{}' is at {} of stream '{}', but by the checkpoint it has"
                  + " been at {}: it has lost commits, as by a failover to a replica that lagged."
                  + " They are changes of rows only, which the job reads once more: the source"
                  + " must have its log from there on.",
              spec.ends().sink(),
              spec.name(),
              text,
              stream,
              noted);
        });
  }

  /**
   * Whether the target has committed something behind where the streams stood when it had all but
   * rows. To stand just there is not enough: it may have got there before it had all of that.
   */
  private boolean lacksOnlyRows(Map<String, String> since, Map<String, String> found) {
    return since.keySet().equals(found.keySet())
        && since.keySet().stream().allMatch(s -> covers(of(found, s), of(since, s)))
        && since.keySet().stream().anyMatch(s -> !covers(of(since, s), of(found, s)));
  }

  private static String of(Map<String, String> positions, String stream) {
    return Objects.requireNonNull(positions.get(stream), stream);
  }

  private boolean covers(String position, String other) {
    return parse(position).covers(parse(other));
  }

  private ProgressLostException lost(String stream, String found, String noted) {
    return new ProgressLostException(
        ("The target '%s' of job '%s' is at %s of stream '%s', but by the checkpoint it has"
                + " been at %s: it has lost commits, as by a failover to a replica that"
                + " lagged, or a backup that was restored, and more than rows may be among them: a"
                + " table that was changed, or the end of its copy. Put back the checkpoint of the"
                + " same moment; or delete the checkpoint and what the job has made at the"
                + " target, and start it anew.")
            .formatted(spec.ends().sink(), spec.name(), found, stream, noted));
  }
}
