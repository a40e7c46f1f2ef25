package dev.syncline.redis;

import dev.syncline.change.Position;
import dev.syncline.change.TransactionId;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A point in the stream of one server, which is a copy of its keys, what was changed since, and
 * perhaps other such copies. Printed as {@code begin}, as {@code copy:2:1500} within a copy, and as
 * {@code 2:<replication id>:<offset>:<database>} behind it, with {@code :unsettled} behind that as
 * long as keys may be held at the target ({@link Expiry}), and with {@code
 * :doubt=<offset>/<database>} at the end as long as some are in doubt ({@link DoubtfulKeys}).
 *
 * @param attempt how many copies were begun; 0 before the first
 * @param place how many changes of the copy lie before it; empty behind the copy
 */
record RedisPosition(long attempt, Place place) implements Position {

  /** Where in an attempt. */
  sealed interface Place {}

  /** Within a copy, behind so many of its changes. */
  record Copying(long changes) implements Place {}

  /**
   * Behind a copy.
   *
   * @param replication the id of the replication history
   * @param offset how many bytes of it lie before this place
   * @param database the database in which the next command is carried out
   * @param settled whether no key is held at the target
   * @param doubt from where on to read again to know which keys are in doubt; empty if none is
   */
  record Following(
      String replication, long offset, int database, boolean settled, Optional<Doubt> doubt)
      implements Place {

    /** The id of no history: a place of which no server knows what comes next. */
    static final String NO_HISTORY = "0".repeat(40);

    /** A place at which no key is in doubt. */
    Following(String replication, long offset, int database, boolean settled) {
      this(replication, offset, database, settled, Optional.empty());
    }

    /** The same place in a history that has got another id, as by a failover. */
    Following under(String other) {
      return new Following(other, offset, database, settled, doubt);
    }

    /** The offset behind which the stream has to be read. */
    long readFrom() {
      return doubt.map(Doubt::offset).orElse(offset);
    }
  }

  /**
   * A place in front of all commands that have put keys in doubt.
   *
   * @param offset how many bytes of the history lie before it
   * @param database the database in which the next command is carried out
   */
  record Doubt(long offset, int database) {}

  /** A transaction, by the position in front of it. */
  record Transaction(RedisPosition before) implements TransactionId {

    @Override
    public String toString() {
      return "behind " + before;
    }
  }

  /** In front of everything. */
  static final RedisPosition BEGIN = new RedisPosition(0, new Copying(0));

  private static final Pattern COPYING = Pattern.compile("copy:(\\d{1,18}):(\\d{1,18})");
  private static final Pattern FOLLOWING =
      Pattern.compile(
          "(\\d{1,18}):([0-9a-zA-Z]{40}):(\\d{1,18}):(\\d{1,9})(:unsettled)?"
              + "(?::doubt=(\\d{1,18})/(\\d{1,9}))?");

  /**
   * Where an attempt stands: a copy lies before what follows, and a place where keys are held lies
   * before the same one where they are not any more; so does one where keys are in doubt.
   */
  private static final Comparator<RedisPosition> ORDER =
      Comparator.comparingLong(RedisPosition::attempt)
          .thenComparing(position -> position.place instanceof Following)
          .thenComparingLong(RedisPosition::distance)
          .thenComparing(position -> position.place instanceof Following f && f.settled())
          .thenComparing(position -> position.place instanceof Following f && f.doubt().isEmpty());

  private long distance() {
    return place instanceof Following following ? following.offset() : ((Copying) place).changes();
  }

  /**
   * Parses what {@link #toString} printed.
   *
   * @throws IllegalArgumentException if it is no such text
   */
  static RedisPosition parse(String text) {
    if (text.equals("begin")) {
      return BEGIN;
    }
    Matcher copying = COPYING.matcher(text);
    if (copying.matches()) {
      return new RedisPosition(
          Long.parseLong(copying.group(1)), new Copying(Long.parseLong(copying.group(2))));
    }
    Matcher following = FOLLOWING.matcher(text);
    if (following.matches()) {
      return new RedisPosition(
          Long.parseLong(following.group(1)),
          new Following(
              following.group(2),
              Long.parseLong(following.group(3)),
              Integer.parseInt(following.group(4)),
              following.group(5) == null,
              Optional.ofNullable(following.group(6))
                  .map(
                      offset ->
                          new Doubt(
                              Long.parseLong(offset), Integer.parseInt(following.group(7))))));
    }
    throw new IllegalArgumentException(
        "A position of Redis looks like '1:8371445c…:10442:0', but this is '" + text + "'.");
  }

  /** Whether the target has all keys, none of them held. */
  boolean isCopied() {
    return place instanceof Following following && following.settled();
  }

  private static RedisPosition of(Position other) {
    if (other instanceof RedisPosition position) {
      return position;
    }
    throw new IllegalArgumentException("'" + other + "' is no position of Redis.");
  }

  @Override
  public int compareTo(Position other) {
    return ORDER.compare(this, of(other));
  }

  @Override
  public boolean includes(TransactionId transaction) {
    if (transaction instanceof Transaction known) {
      return compareTo(known.before()) > 0;
    }
    throw new IllegalArgumentException("'" + transaction + "' is no transaction of Redis.");
  }

  @Override
  public String toString() {
    if (place instanceof Following following) {
      return "%d:%s:%d:%d%s%s"
          .formatted(
              attempt,
              following.replication(),
              following.offset(),
              following.database(),
              following.settled() ? "" : ":unsettled",
              following
                  .doubt()
                  .map(doubt -> ":doubt=%d/%d".formatted(doubt.offset(), doubt.database()))
                  .orElse(""));
    }
    return attempt == 0 ? "begin" : "copy:%d:%d".formatted(attempt, ((Copying) place).changes());
  }
}
