package dev.syncline;

import dev.syncline.change.SchemaChange;
import java.util.List;
import java.util.Map;

/**
 * Carries schema changes out at the target. Owns its connection, is used by one thread (but for
 * {@link #close}) and is thrown away after any exception.
 */
public interface SchemaWriter extends AutoCloseable {

  /**
   * Carries a change out and commits the position behind it. All lanes and snapshot writers have
   * committed before, and write nothing before this returned.
   *
   * <p>The same change comes again, also to a later run, until its position was committed, and
   * before any other change; the positions of other streams may be further then, so a change is the
   * same if its stream and the position of that are. Whatever happened before, it then ends in one
   * of three ways: it is run, it is found done, or an exception names why nobody can know. A
   * statement that an earlier session left running is waited for or ended first.
   *
   * <p>The change speaks of the source's tables: its statement is as the source's log has it, and
   * so are the definitions in its effects. The writer carries out what it means for the tables that
   * {@link TargetNames} gives; that may be nothing, and the position moves all the same.
   *
   * @param change the change, in the source's names; it has a statement
   * @param stream the stream that brings the change
   * @param positions the printed position of each stream right behind the change, for lane 0
   * @return the views, routines, triggers and events that the change is about and that the target
   *     does not get, and why; of those that are copied the same would be left out
   * @throws TransientException if trying again with a new writer, after a new take-over, may
   *     succeed
   * @throws OwnershipLostException if a later run has taken over
   * @throws ChangeRejectedException if the target refuses the change for good, or holds neither the
   *     state before it nor the one behind it
   * @throws UnsupportedChangeException if the sink cannot carry out such a change, or not under the
   *     names of the target
   * @throws InterruptedException if the thread was interrupted
   */
  List<LeftOut> apply(SchemaChange change, String stream, Map<String, String> positions)
      throws InterruptedException;

  /**
   * Commits the position behind a change that is not to be carried out any more, and forgets that
   * an earlier run may have begun it. A statement that an earlier session left running is waited
   * for or ended first; what it has done stays.
   *
   * @param change the change, in the source's names; it has a statement
   * @param stream the stream that brings the change
   * @param positions the printed position of each stream right behind the change, for lane 0
   * @throws TransientException if trying again with a new writer, after a new take-over, may
   *     succeed
   * @throws OwnershipLostException if a later run has taken over
   * @throws InterruptedException if the thread was interrupted
   */
  void pass(SchemaChange change, String stream, Map<String, String> positions)
      throws InterruptedException;

  /** Ends the connection, from any thread, in bounded time; a running statement may go on. */
  @Override
  void close();
}
