/** Writes config/rollcall.schema.json, which editors use to check and complete a configuration file. */
import { writeFile } from 'node:fs/promises';
import { settingsSchema } from '../src/config/schema/json-schema.ts';

const file = new URL('../config/rollcall.schema.json', import.meta.url);
await writeFile(file, `${JSON.stringify(settingsSchema(), null, 2)}\n`);
