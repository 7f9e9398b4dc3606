/** Writes an organisation and its truth: `main.ts --size M --seed 1 --out DIR` writes data.ldif and expected.json. */
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { makeOrganisation } from './generate/organisation.ts';
import type { Organisation, Size } from './model/model.ts';
import { localTeams, localUsers, manualGroups } from './truth/local.ts';
import { directoryRules } from './truth/settings.ts';
import { expectedAtFirst } from './truth/truth.ts';
import { ldif } from './write/ldif.ts';

const SIZES: readonly Size[] = ['S', 'M', 'L'];

/** The settings, the rows to insert, and the expected members of each AccessGroup, one group on each line. */
function* expectedJson(organisation: Organisation): Generator<string> {
  const { size, seed } = organisation;
  const head = {
    size,
    seed,
    rules: directoryRules(organisation),
    teams: localTeams(),
    manualGroups: manualGroups(),
    localUsers: localUsers(organisation),
  };
  yield `${JSON.stringify(head).slice(0, -1)},"expected":{`;
  let between = '\n';
  for (const [team, groups] of expectedAtFirst(organisation)) {
    const lines = [...groups].map(([name, members]) => `${JSON.stringify(name)}:${JSON.stringify(members)}`);
    yield `${between}${JSON.stringify(team)}:{\n${lines.join(',\n')}}`;
    between = ',\n';
  }
  yield '}}\n';
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      size: { type: 'string', default: 'S' },
      seed: { type: 'string', default: '1' },
      out: { type: 'string', default: '.' },
    },
  });
  const size = SIZES.find(one => one === values.size);
  if (size === undefined) throw new Error(`--size is one of ${SIZES.join(', ')}, not "${values.size}"`);
  const organisation = makeOrganisation({ size, seed: values.seed });
  await mkdir(values.out, { recursive: true });
  await pipeline(Readable.from(ldif(organisation)), createWriteStream(join(values.out, 'data.ldif')));
  await pipeline(
    Readable.from(expectedJson(organisation)),
    createWriteStream(join(values.out, 'expected.json')),
  );
}

await main();
