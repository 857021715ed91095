package dev.howdah.failover.control;

/**
 * An action under way.
 *
 * @param number unique in its controller
 * @param action what is done
 * @param askedAtNanos when it was asked for, by the controller's clock
 */
public record Ticket(long number, NodeAction action, long askedAtNanos) {}
