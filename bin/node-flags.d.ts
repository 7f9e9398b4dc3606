/** For what is written in TypeScript. */
export const nodeFlags: readonly string[];
