/** Parses the instants that options take. */
import { InvalidArgumentError } from 'commander';

/**
 * Parses a day or an instant (ISO 8601; UTC if no time zone is given) for an option of commander, which prefixes the
 * message of InvalidArgumentError with the name of the option. Refuses the year 0, which PostgreSQL does not have.
 */
export function instant(text: string): Date {
  const zoned = /T.*(Z|[+-]\d\d:?\d\d)$/.test(text) || /^\d{4}-\d\d-\d\d$/.test(text) ? text : `${text}Z`;
  const date = new Date(zoned);
  if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(date.getTime()) || date.getUTCFullYear() < 1)
    throw new InvalidArgumentError(
      'Give a day such as 2026-11-23 or an instant such as 2026-11-23T09:30:00Z.',
    );
  return date;
}
