package dev.syncline.testkit;

import dev.syncline.CheckedSource;
import dev.syncline.Finding;
import dev.syncline.PositionLostException;
import dev.syncline.SourceScope;
import dev.syncline.TableSelection;
import dev.syncline.TableSource;
import dev.syncline.TableSourceSession;
import dev.syncline.change.Position;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The reference source: reads a {@link MemoryDatabase}. Immutable; its readers check that they are
 * used as their contract says.
 */
public final class MemorySource implements TableSource, CheckedSource<TableChange> {

  /** How many changes a reader hands on at one time unless said otherwise. */
  public static final int DEFAULT_CHANGES_PER_POLL = 1000;

  private final MemoryDatabase database;
  private final int changesPerPoll;

  /** A source that hands on up to {@link #DEFAULT_CHANGES_PER_POLL} changes at one time. */
  public MemorySource(MemoryDatabase database) {
    this(database, DEFAULT_CHANGES_PER_POLL);
  }

  /**
   * A source.
   *
   * @param changesPerPoll how many changes a reader hands on at one time, at least 1; larger
   *     transactions come in parts
   * @throws IllegalArgumentException if that is less than 1
   */
  public MemorySource(MemoryDatabase database, int changesPerPoll) {
    this.database = Objects.requireNonNull(database, "database");
    if (changesPerPoll < 1) {
      throw new IllegalArgumentException("A poll gives at least 1 change; got " + changesPerPoll);
    }
    this.changesPerPoll = changesPerPoll;
  }

  @Override
  public TableSourceSession open(SourceScope<TableChange> scope) {
    return new MemorySourceSession(database, scope, changesPerPoll);
  }

  @Override
  public Position parsePosition(String text) {
    return MemoryPosition.parse(text);
  }

  @Override
  public Set<String> risks() {
    return Set.of();
  }

  @Override
  public List<Finding> check(SourceCheck<TableChange> check) {
    List<Finding> findings = new ArrayList<>();
    if (check.scope().selection() instanceof TableSelection selection) {
      if (check.resumeAt().isEmpty()) {
        // Later, a table may have got another name, or none, behind the place to go on at.
        selection.namedTables().forEach(table -> checkThere(table, findings));
      }
      database.locked(() -> database.homes()).stream()
          .map(home -> home.current().definition())
          .filter(table -> selection.includes(table.id()) && table.identity().isEmpty())
          .forEach(table -> findings.add(keyless(table.id())));
    }
    check.resumeAt().forEach((stream, position) -> checkReadable(stream, position, findings));
    return findings;
  }

  private void checkThere(TableId table, List<Finding> findings) {
    boolean there =
        database.locked(() -> database.homes()).stream()
            .anyMatch(home -> home.current().definition().id().equals(table));
    if (!there) {
      findings.add(
          new Finding(
              "TABLE_MISSING",
              Finding.Severity.ERROR,
              table.toString(),
              "The selected table is not there.",
              "Create it, or take it out of the selection."));
    }
  }

  private static Finding keyless(TableId table) {
    return new Finding(
        "TABLE_WITHOUT_KEY",
        Finding.Severity.WARNING,
        table.toString(),
        "The table has no key that tells its rows apart; it is read as a whole.",
        "Give it a primary key.");
  }

  private void checkReadable(String stream, Position position, List<Finding> findings) {
    try {
      database.locked(
          () -> database.log(stream).checkReadable(((MemoryPosition) position).sequence()));
    } catch (PositionLostException e) {
      findings.add(
          new Finding(
              "POSITION_LOST",
              Finding.Severity.ERROR,
              stream,
              Objects.requireNonNull(e.getMessage()),
              "Start from a snapshot."));
    }
  }

  @Override
  public String toString() {
    return "memory database";
  }
}
