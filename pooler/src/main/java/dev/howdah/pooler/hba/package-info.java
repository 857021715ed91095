/**
 * Who may log in from where, and how they must prove it: PostgreSQL's pg_hba.conf and pg_ident.conf
 * read into immutable rules, and the decision for one connection. Pure: no sockets, no logging.
 */
@NullMarked
package dev.howdah.pooler.hba;

import org.jspecify.annotations.NullMarked;
