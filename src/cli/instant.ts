import { InvalidArgumentError } from 'commander';

/**
 * A day or an instant that was typed (ISO 8601; UTC where no zone is given), for the options of commander, which puts the
 * option's name before what InvalidArgumentError says. PostgreSQL knows no year 0.
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
