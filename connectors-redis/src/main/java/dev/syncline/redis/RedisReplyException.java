package dev.syncline.redis;

/** An error that a server has answered with. Inside the connector only. */
final class RedisReplyException extends Exception {

  private static final long serialVersionUID = 1;

  RedisReplyException(String message) {
    super(message);
  }

  /** Whether the error begins with a word, such as {@code NOAUTH}. */
  boolean is(String code) {
    String message = String.valueOf(getMessage());
    return message.equals(code) || message.startsWith(code + " ");
  }
}
