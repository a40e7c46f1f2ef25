package dev.syncline.redis;

/**
 * An error that a server has answered with, without what servers from 5.0 on say of a command that
 * they do not know: with which arguments it came, passwords and values among them. Inside the
 * connector only.
 */
final class RedisReplyException extends Exception {

  private static final long serialVersionUID = 1;

  RedisReplyException(String message) {
    super(withoutArguments(message));
  }

  private static String withoutArguments(String message) {
    int arguments = message.indexOf("with args beginning");
    return arguments < 0 ? message : message.substring(0, arguments).strip().replaceAll(",$", "");
  }

  /** Whether the error begins with a word, such as {@code NOAUTH}. */
  boolean is(String code) {
    String message = String.valueOf(getMessage());
    return message.equals(code) || message.startsWith(code + " ");
  }
}
