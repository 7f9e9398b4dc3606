/** `npm start` opens a demo that has synced, and the commands of the README and of the tour work in it. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linesOf, shellBlocks } from '../support/documents.ts';
import { machineSlowness, until } from '../support/observe/until.ts';

const [QUICK_START = ''] = shellBlocks('README.md');
const [START = '', LOOK = ''] = linesOf(QUICK_START);
const [, CHANGE = '', FOLLOW = ''] = shellBlocks('docs/getting-started.md');

describe('npm start without a configuration', () => {
  let state: string;
  let demo: Demo;
  beforeAll(async () => {
    state = await mkdtemp(join(tmpdir(), 'rollcall-demo-'));
    demo = await start(state);
  });
  afterAll(async () => {
    await demo.stop();
    await rm(state, { recursive: true });
  });

  it('has synced when it prints the address of the console', async () => {
    expect(demo.output()).toMatch(
      /"run":1,"directory":"sample","status":"succeeded",.*"groups":21,.*"msg":"run finished"/,
    );
    // The run that the watch requests may come before that of the demo, which then changes nothing.
    expect(demo.output()).toMatch(
      /sample: run (1 succeeded.*; 21 groups changed|2 succeeded.*; 0 groups changed)/,
    );
    expect(demo.output()).toMatch(
      /sample: run \d succeeded.* 60 people \(disabled: 1 by pwdAccountLockedTime\), 21 groups \(/,
    );
    expect((await fetch(demo.console)).status).toBe(200);
    expect((await fetch(new URL('/readyz', demo.console))).status).toBe(200);
  });

  it('leaves nothing to plan, and corrects rows that were damaged manually', async () => {
    expect(await rollcall(state, 'plan')).toBe(0);
    await damage(state);
    expect(await rollcall(state, 'plan')).toBe(1);
    expect(await rollcall(state, 'sync')).toBe(0);
    expect(await rollcall(state, 'plan')).toBe(0);
  });

  it('runs the second command of README', async () => {
    expect(await shell(state, LOOK)).toBe(0);
  });

  it('follows the tour of docs/getting-started.md', { timeout: 60_000 * machineSlowness() }, async () => {
    const config = 'export ROLLCALL_CONFIG=.rollcall/rollcall.yaml';
    const [explain = '', runs = ''] = linesOf(FOLLOW);
    const explained = () => shell(state, `${config}\n${explain}`);
    expect(await explained()).toBe(0);
    expect(await shell(state, CHANGE)).toBe(0);
    await until('the change has reached the group', async () => (await explained()) === 1);
    expect(await shell(state, `${config}\n${runs}`)).toBe(0);
  });

  it('exits with 0 after a signal, and continues when it is started again', async () => {
    expect(await demo.stop()).toBe(0);
    demo = await start(state);
    expect(demo.output()).toContain('the application is as you left it');
    expect(demo.output()).toMatch(/ succeeded.* 0 groups changed/);
  });
});

interface Demo {
  readonly console: string;
  output(): string;
  /** Returns the exit code. */
  stop(): Promise<number | null>;
}

async function start(state: string): Promise<Demo> {
  // One pipe for both streams keeps the order of the lines. With two, the address could arrive before earlier lines.
  const child = spawn('bash', ['-c', `exec 2>&1\nexec ${START}`], {
    env: { ...withoutConfig(), ROLLCALL_STATE: state, ROLLCALL_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
      // A line can arrive in two parts.
      const shown = /^Console +(\S+)\n/m.exec(output)?.[1];
      if (shown !== undefined) resolve(shown);
    });
    child.once('exit', () => reject(new Error(`npm start ended:\n${output}`)));
  });
  const stop = async () => {
    if (child.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    return child.exitCode;
  };
  return { console: address, output: () => output, stop };
}

/** The exit code of lines of a document, with the state of this test instead of `.rollcall/`. */
function shell(state: string, lines: string): Promise<unknown> {
  const script = lines.replaceAll('.rollcall/', `${state}/`);
  return new Promise(resolve => {
    execFile('bash', ['-c', script], { env: withoutConfig() }, error =>
      resolve(error === null ? 0 : error.code),
    );
  });
}

function withoutConfig(): NodeJS.ProcessEnv {
  const { ROLLCALL_CONFIG: _, ...env } = process.env;
  return env;
}

/** The exit code of a command with the configuration of the demo. */
function rollcall(state: string, command: string): Promise<unknown> {
  const args = ['bin/rollcall.js', command, '--config', join(state, 'rollcall.yaml')];
  return new Promise(resolve => {
    execFile(process.execPath, args, error => resolve(error === null ? 0 : error.code));
  });
}

async function damage(state: string): Promise<void> {
  const config = await readFile(join(state, 'rollcall.yaml'), 'utf8');
  const client = new Client({ connectionString: /postgres:[^"]+/.exec(config)?.[0] });
  await client.connect();
  // This is possible only with the rules of the database disabled.
  await client.query('set session_replication_role = replica');
  await client.query(`delete from access_group_members using access_group g, auth_user u
    where access_group_id = g.id and user_id = u.id and g.name = 'eng-api' and u.username = 'priya'`);
  await client.end();
}
