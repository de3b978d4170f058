package io.wrkr;

import io.wrkr.spi.Capability;

/** The backend lacks an ability that the call needs; nothing was done. */
public final class UnsupportedCapabilityException extends WrkrException {
  private static final long serialVersionUID = 1L;

  private final Capability capability;

  /** Creates an exception; code {@code WRKR-103}. */
  public UnsupportedCapabilityException(Capability capability, String message) {
    super("WRKR-103", message, null);
    this.capability = capability;
  }

  /** Returns the missing ability. */
  public Capability capability() {
    return capability;
  }
}
