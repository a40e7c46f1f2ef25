package dev.syncline;

import java.util.Objects;

/**
 * A checkpoint as a store keeps it.
 *
 * @param version counts the saves; 0 for none
 * @param content lines of text that the engine alone understands
 */
public record StoredCheckpoint(long version, String content) {

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if the version is negative
   */
  public StoredCheckpoint {
    if (version < 0) {
      throw new IllegalArgumentException("A version must not be negative; got " + version + ".");
    }
    Objects.requireNonNull(content, "content");
  }

  /** Says how long the content is, not what it is. */
  @Override
  public String toString() {
    return "StoredCheckpoint[version=" + version + ", " + content.length() + " characters]";
  }
}
