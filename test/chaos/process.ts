/** One process of the installation: `rollcall serve` with short timeouts. Arguments: configuration file, role. */
import { loadConfiguration } from '../../src/app/commands/configuration.ts';
import { serve } from '../../src/app/commands/serve.ts';
import { createLog } from '../../src/log.ts';
import { CHAOS_PACE } from './pace.ts';

const [file = '', role] = process.argv.slice(2);
const { settings } = await loadConfiguration({ file, env: {} });
const log = createLog({ level: 'info', pretty: false });
await serve(settings, { roles: [role === 'scheduler' ? 'scheduler' : 'worker'], log, timings: CHAOS_PACE });
// Whoever started us is gone.
process.on('disconnect', () => process.exit());
