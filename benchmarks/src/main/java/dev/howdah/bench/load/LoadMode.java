package dev.howdah.bench.load;

/** What every active client of the load generator does, again and again. */
public enum LoadMode {
  /** The statement in a Query message. */
  SIMPLE,
  /** The statement in unnamed Parse, Bind, Describe, Execute and Sync. */
  EXTENDED,
  /** A named statement, prepared once: Bind, Execute and Sync. */
  PREPARED,
  /** BEGIN, the statement and COMMIT, each awaited; counted as one. */
  TX,
  /** Connect, log in, log out. */
  CONNECT,
  /** A statement with a large answer; bytes are counted as they arrive. */
  BULK,
  /** A COPY from the client; bytes are counted as they leave. */
  COPYIN
}
