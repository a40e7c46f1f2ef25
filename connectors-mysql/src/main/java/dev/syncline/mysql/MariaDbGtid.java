package dev.syncline.mysql;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A global transaction id of MariaDB.
 *
 * @param domain the stream of the log that it belongs to, within which the sequence grows
 * @param server the {@code server_id} of the server that wrote the transaction first
 * @param sequence the number in the domain, without sign
 */
record MariaDbGtid(long domain, long server, long sequence) {
  private static final Pattern GTID = Pattern.compile("(\\d{1,10})-(\\d{1,10})-(\\d{1,20})");

  /**
   * Parses ids as servers print them, for example {@code 0-1-270,0-2-280,5-1-3}.
   *
   * @param text the ids; empty for none
   * @throws IllegalArgumentException if the text is no such list
   */
  static List<MariaDbGtid> parseAll(String text) {
    List<MariaDbGtid> gtids = new ArrayList<>();
    for (String part : text.isBlank() ? new String[0] : text.split(",", -1)) {
      Matcher gtid = GTID.matcher(part.strip());
      if (!gtid.matches()) {
        throw new IllegalArgumentException(
            "MariaDB GTIDs must look like '0-1-270,5-1-3', but are '" + text + "'.");
      }
      gtids.add(
          new MariaDbGtid(
              Long.parseLong(gtid.group(1)),
              Long.parseLong(gtid.group(2)),
              Long.parseUnsignedLong(gtid.group(3))));
    }
    return gtids;
  }

  /** Whether this is the other id or a later one of its domain. */
  boolean reaches(MariaDbGtid other) {
    return domain == other.domain && (equals(other) || isAfter(other));
  }

  /** Whether the sequence of a domain has grown from the other id to this one. */
  boolean isAfter(MariaDbGtid other) {
    return Long.compareUnsigned(sequence, other.sequence) > 0;
  }

  /** The id as servers print it. */
  @Override
  public String toString() {
    return domain + "-" + server + "-" + Long.toUnsignedString(sequence);
  }
}
