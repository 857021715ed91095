package dev.howdah.pooler.config;

/**
 * How TLS with a server begins: the values of {@code server_tls_sslnegotiation}, which are those of
 * libpq's {@code sslnegotiation}.
 */
enum TlsNegotiation {
  /** The server is asked first, and may say no. */
  POSTGRES,
  /** At once, which takes a PostgreSQL 17 or newer. */
  DIRECT
}
