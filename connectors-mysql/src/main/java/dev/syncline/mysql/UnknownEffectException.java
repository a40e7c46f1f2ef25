package dev.syncline.mysql;

import java.io.Serial;

/** What a statement does to a selected table cannot be told for sure. */
final class UnknownEffectException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  /**
   * With the reason.
   *
   * @param reason a piece of a sentence, for messages
   */
  UnknownEffectException(String reason) {
    super(reason);
  }
}
