/**
 * What builders of sources and sinks are made of: settings that are given once, and secrets that
 * nothing prints. Start reading at {@link dev.syncline.setting.Setting}.
 */
@NullMarked
package dev.syncline.setting;

import org.jspecify.annotations.NullMarked;
