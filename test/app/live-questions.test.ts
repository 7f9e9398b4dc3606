import { expect, it } from 'vitest';
import { askDirectory } from '../../src/app/live-questions.ts';

it('asks each directory at most four questions at a time (G69)', async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const waiting = Array.from({ length: 4 }, () => askDirectory('corp', () => promise));
  expect(await askDirectory('corp', async () => 'asked')).toBeUndefined();
  expect(await askDirectory('branch', async () => 'asked')).toBe('asked');
  resolve('answer');
  expect(await Promise.all(waiting)).toEqual(['answer', 'answer', 'answer', 'answer']);
  expect(await askDirectory('corp', async () => 'asked')).toBe('asked');
});

it('has room for another question after a failure', async () => {
  for (let times = 0; times < 5; times += 1) {
    const failing = askDirectory('corp', () => Promise.reject(new Error('down')));
    await expect(failing).rejects.toThrow('down');
  }
});
