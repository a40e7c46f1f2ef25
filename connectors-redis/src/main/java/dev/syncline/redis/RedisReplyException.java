package dev.syncline.redis;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An error that a server has answered with, without what it repeats of what it was asked: that may
 * be values, and passwords. Inside the connector only.
 */
final class RedisReplyException extends Exception {

  private static final long serialVersionUID = 1;

  private static final String LEFT_OUT = "…";

  /** From 5.0 on servers say with which arguments they do not know a command. */
  private static final Pattern ARGUMENTS =
      Pattern.compile(",? with args beginning .*", Pattern.DOTALL);

  /** Texts of scripts and libraries, and what these say, with the line where they say it. */
  private static final Pattern SCRIPT = Pattern.compile("user_(script|function): ?\\d+");

  private static final String QUOTE = "(?<!\\w)['`\"]|['`\"](?!\\w)";

  /** A quote that is no apostrophe within a word. */
  private static final Pattern QUOTES = Pattern.compile(QUOTE);

  /** A quote, or a name of the server's own that stands in quotes. */
  private static final Pattern QUOTES_AND_NAMES =
      Pattern.compile(
          "unknown command (`[^\\s`']+`|'[^\\s`']+')|'[\\w.|-]+' command|'maxmemory'|(?<quote>"
              + QUOTE
              + ")");

  private static final Pattern CODE = Pattern.compile("[A-Z]{2,32}(?= |$)");

  RedisReplyException(String line) {
    super(withoutValues(line));
  }

  /**
   * The same of a command whose errors are not the server's own words: scripts and modules say what
   * they like. Only the code is left of it, unless it is the server that has refused the command.
   */
  RedisReplyException ofOthers() {
    String message = String.valueOf(getMessage());
    if (RedisErrors.isOfServer(this) || message.startsWith("ERR unknown command")) {
      return this;
    }
    return codeOnly();
  }

  RedisReplyException codeOnly() {
    String code = code(String.valueOf(getMessage()));
    return new RedisReplyException((code + " " + LEFT_OUT).strip());
  }

  /** Whether the error begins with a word, such as {@code NOAUTH}. */
  boolean is(String code) {
    String message = String.valueOf(getMessage());
    return message.equals(code) || message.startsWith(code + " ");
  }

  private static String code(String line) {
    Matcher code = CODE.matcher(line);
    return code.lookingAt() ? code.group() : "";
  }

  private static String withoutValues(String line) {
    String text = ARGUMENTS.matcher(line).replaceFirst("");
    String place = "";
    for (Matcher script = SCRIPT.matcher(text); script.find(); ) {
      place = script.group();
    }
    if (!place.isEmpty()) {
      return "%s %s %s".formatted(code(text), LEFT_OUT, place).strip();
    }
    Matcher quoted = QUOTES_AND_NAMES.matcher(text);
    while (quoted.find()) {
      if (quoted.group("quote") != null) {
        return text.substring(0, quoted.start()) + withoutQuoted(text.substring(quoted.start()));
      }
    }
    return text;
  }

  /** What is quoted may have quotes of its own, so all is left out up to the last one. */
  private static String withoutQuoted(String text) {
    int end = 0;
    for (Matcher quote = QUOTES.matcher(text); quote.find(); ) {
      end = quote.start();
    }
    char mark = text.charAt(0);
    return mark + LEFT_OUT + mark + (end == 0 ? "" : text.substring(end + 1));
  }
}
