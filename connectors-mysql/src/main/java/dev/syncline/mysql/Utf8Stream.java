package dev.syncline.mysql;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** A text in UTF-8, of which only a piece is in memory at a time. Used by one thread. */
final class Utf8Stream extends InputStream {

  static final int PIECE = 8 * 1024;

  private final String text;
  private int next;
  private byte[] piece = {};
  private int at;

  Utf8Stream(String text) {
    this.text = text;
  }

  @Override
  public int read() {
    return isAtEnd() ? -1 : Byte.toUnsignedInt(piece[at++]);
  }

  @Override
  public int read(byte[] target, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    if (isAtEnd()) {
      return -1;
    }
    int count = Math.min(length, piece.length - at);
    System.arraycopy(piece, at, target, offset, count);
    at += count;
    return count;
  }

  private boolean isAtEnd() {
    if (at == piece.length && next < text.length()) {
      int end = Math.min(text.length(), next + PIECE);
      if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
        // Both halves of a character are encoded together.
        end--;
      }
      piece = text.substring(next, end).getBytes(StandardCharsets.UTF_8);
      next = end;
      at = 0;
    }
    return at == piece.length;
  }
}
