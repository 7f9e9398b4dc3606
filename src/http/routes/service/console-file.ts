/** The files of the console, as a checkout and a build have them. */

export interface Console {
  readonly index: string;
  /** By their path below `/console/`. */
  readonly files: ReadonlyMap<string, ConsoleFile>;
}

export interface ConsoleFile {
  readonly type: string;
  readonly content: Buffer;
  /** The compressed content by the name of its encoding. Only a build has it, where the name of a file changes with its content. */
  readonly encodings?: Readonly<Record<'br' | 'gzip', Buffer>>;
}

/** Content types by the extension of the file. */
export const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
