package dev.howdah.pooler.listen;

/**
 * A socket on which somebody else listens for us: the service manager, before we were started.
 *
 * @param descriptor in this process; it must not block
 * @param unix whether it is a Unix-domain socket, or else TCP
 */
public record PassedSocket(int descriptor, boolean unix) {}
