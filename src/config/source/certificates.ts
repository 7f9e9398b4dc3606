/** Checks the certificate files of `tls` and `http.oidc`, so that a typing mistake cannot change which servers are trusted. */
import { resolve } from 'node:path';
import { itemsAt, type Place, type Problem, valueAt } from '../schema/problem.ts';
import { readText } from './read-text.ts';

const CONTENTS = { caFile: 'CERTIFICATE', certFile: 'CERTIFICATE', keyFile: 'PRIVATE KEY' } as const;

/** Checks every file that these blocks name. Relative paths start at `folder`. */
export async function certificateProblems(content: unknown, folder: string): Promise<Problem[]> {
  const blocks = [['redis'], ...itemsAt(content, ['directories']).map(({ path }) => path)];
  const places = blocks.flatMap(path =>
    Object.entries(CONTENTS).map(([key, label]) => {
      const place = [...path, 'tls', key];
      return { path: place, value: valueAt(content, place), label };
    }),
  );
  const oidc = ['http', 'oidc', 'caFile'];
  places.push({ path: oidc, value: valueAt(content, oidc), label: CONTENTS.caFile });
  const problems = await Promise.all(places.map(place => fileProblem(place, place.label, folder)));
  return problems.flat();
}

async function fileProblem({ path, value }: Place, label: string, folder: string): Promise<Problem[]> {
  if (typeof value !== 'string' || value === '') return [];
  const read = await readText(resolve(folder, value));
  if ('reason' in read) return [{ path, message: `names ${value}, which cannot be read: ${read.reason}` }];
  return new RegExp(`^-----BEGIN [A-Z ]*${label}-----`, 'm').test(read.text)
    ? []
    : [{ path, message: `names ${value}, which is not a PEM file with a ${label.toLowerCase()}` }];
}
