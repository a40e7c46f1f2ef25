package dev.syncline.change;

/** One change that a source reports and a sink applies. Immutable. */
public sealed interface Change permits TableChange, KeyChange {}
