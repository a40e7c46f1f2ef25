package dev.syncline.testkit.fault;

/** The points at which a crash is hardest: before and after each step that somebody else sees. */
public enum FaultPoint {
  /** Before the target is taken over. */
  BEFORE_TAKE_OVER(Moment.BEFORE, "TransactionalSink.takeOver"),
  /** After the target was taken over, before the checkpoint says so. */
  AFTER_TAKE_OVER(Moment.AFTER, "TransactionalSink.takeOver"),
  /** Before a table is made at the target. */
  BEFORE_TABLE_CREATE(Moment.BEFORE, "StructureWriter.create"),
  /** After a table was made at the target. */
  AFTER_TABLE_CREATE(Moment.AFTER, "StructureWriter.create"),
  /** Before existing rows are written and committed. */
  BEFORE_SNAPSHOT_WRITE(Moment.BEFORE, "SnapshotWriter.write"),
  /** After existing rows were written and committed. */
  AFTER_SNAPSHOT_WRITE(Moment.AFTER, "SnapshotWriter.write"),
  /** Before the lanes besides lane 0 are recorded, which a transactional job never does. */
  BEFORE_LANES_BEGIN(Moment.BEFORE, "ParallelSink.beginLanes"),
  /** After the lanes besides lane 0 were recorded. */
  AFTER_LANES_BEGIN(Moment.AFTER, "ParallelSink.beginLanes"),
  /** Before changes are written. */
  BEFORE_LANE_WRITE(Moment.BEFORE, "(LaneWriter|Prepared).write"),
  /** After changes were written, before their commit. */
  AFTER_LANE_WRITE(Moment.AFTER, "(LaneWriter|Prepared).write"),
  /** Before changes are committed. */
  BEFORE_LANE_COMMIT(Moment.BEFORE, "LaneWriter.commit"),
  /** After changes were committed, before anybody here knows. */
  AFTER_LANE_COMMIT(Moment.AFTER, "LaneWriter.commit"),
  /** Before a change of tables is carried out, which many jobs never do. */
  BEFORE_SCHEMA_APPLY(Moment.BEFORE, "SchemaWriter.apply"),
  /** After a change of tables was carried out and its position recorded. */
  AFTER_SCHEMA_APPLY(Moment.AFTER, "SchemaWriter.apply"),
  /** Before a checkpoint is saved. */
  BEFORE_CHECKPOINT_SAVE(Moment.BEFORE, "CheckpointStore.save"),
  /** After a checkpoint was saved. */
  AFTER_CHECKPOINT_SAVE(Moment.AFTER, "CheckpointStore.save"),
  /** Before a position is acknowledged to the source. */
  BEFORE_ACKNOWLEDGE(Moment.BEFORE, "SourceReader.acknowledge"),
  /** After a position was acknowledged to the source. */
  AFTER_ACKNOWLEDGE(Moment.AFTER, "SourceReader.acknowledge");

  /** Which end of a call. */
  enum Moment {
    /** What happens there comes instead of the call. */
    BEFORE,
    /** What happens there comes instead of the call's answer. */
    AFTER
  }

  private final Moment moment;

  /** The interface and the method, as a regular expression. */
  private final String calls;

  FaultPoint(Moment moment, String calls) {
    this.moment = moment;
    this.calls = calls;
  }

  boolean isAt(Moment passed, String call) {
    return moment == passed && call.matches(calls);
  }
}
