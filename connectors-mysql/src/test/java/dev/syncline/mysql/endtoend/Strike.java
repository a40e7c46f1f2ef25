package dev.syncline.mysql.endtoend;

import dev.syncline.testkit.server.TcpLink;
import dev.syncline.testkit.server.TcpProxy;
import dev.syncline.testkit.server.TcpProxy.Direction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One failure of the connections through a proxy, now or at a commit. */
final class Strike {

  /** How connections fail. */
  enum Manner {
    CUT,
    /** Cut within the next packet. */
    SERVER_HEARS_PART,
    /** Cut within the next packet. */
    CLIENT_HEARS_PART,
    BLACK_HOLE,
    CLIENT_HEARS_NO_MORE,
    SERVER_HEARS_NO_MORE
  }

  /** Length, number and kind of a packet. */
  private static final int HEADER = 5;

  /** An answer is not shorter than this, nor is a commit. */
  private static final int MOST_OF_PART = 10;

  private final Manner manner;
  private final int part = 1 + new Random().nextInt(MOST_OF_PART);
  private final AtomicBoolean done = new AtomicBoolean();
  private volatile @Nullable TcpProxy struck;

  Strike(Manner manner) {
    this.manner = manner;
  }

  boolean isDone() {
    return done.get();
  }

  /** Strikes unless it has struck. */
  void at(TcpProxy proxy) {
    if (!done.getAndSet(true)) {
      struck = proxy;
      strike(proxy);
    }
  }

  private void strike(TcpProxy proxy) {
    switch (manner) {
      case CUT -> proxy.cut();
      case SERVER_HEARS_PART -> proxy.cutAfter(Direction.TO_SERVER, part);
      case CLIENT_HEARS_PART -> proxy.cutAfter(Direction.TO_CLIENT, part);
      case BLACK_HOLE -> proxy.blackHole();
      case CLIENT_HEARS_NO_MORE -> proxy.halfClose(Direction.TO_CLIENT);
      case SERVER_HEARS_NO_MORE -> proxy.halfClose(Direction.TO_SERVER);
    }
  }

  /** Strikes again if only one connection was cut: it may be one that says good-bye. */
  void repeat() {
    boolean isOfOne = manner == Manner.SERVER_HEARS_PART || manner == Manner.CLIENT_HEARS_PART;
    TcpProxy proxy = struck;
    if (isOfOne && proxy != null && !proxy.isCutDue()) {
      strike(proxy);
    }
  }

  /** Strikes when a statement is on its way to the server that begins so, before it has come. */
  void atStatement(TcpProxy proxy, String word) {
    proxy.tap(
        (link, direction, piece) -> {
          if (isStatement(direction, piece, word)) {
            at(proxy);
          }
          return piece;
        });
  }

  /** Strikes when the server has answered a commit, and before the client hears of it. */
  void atAnswerToCommit(TcpProxy proxy) {
    Set<TcpLink> committing = ConcurrentHashMap.newKeySet();
    proxy.tap(
        (link, direction, piece) -> {
          if (isStatement(direction, piece, "commit")) {
            committing.add(link);
          } else if (direction == Direction.TO_CLIENT && committing.remove(link)) {
            at(proxy);
          }
          return piece;
        });
  }

  @Override
  public String toString() {
    return manner + ", where a part is of " + part + " bytes";
  }

  /** Behind the header of its packet a statement may have a few bytes that are no letters. */
  private static boolean isStatement(Direction direction, byte[] piece, String word) {
    return direction == Direction.TO_SERVER
        && piece.length > HEADER
        && new String(piece, HEADER, piece.length - HEADER, StandardCharsets.ISO_8859_1)
            .trim()
            .toLowerCase(Locale.ROOT)
            .startsWith(word);
  }
}
