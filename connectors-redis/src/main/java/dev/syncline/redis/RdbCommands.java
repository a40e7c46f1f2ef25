package dev.syncline.redis;

import dev.syncline.change.KeyCommand;
import org.jspecify.annotations.Nullable;

/** Commands that build a key, one after the other. */
interface RdbCommands {

  /** The next command; null at the end. */
  @Nullable KeyCommand next();
}
