/** `rollcall init`: explores a directory, and proposes a configuration for it. */
import { draftText } from '../../config/draft-text.ts';
import { exploreDirectory } from '../../directory/check/explore.ts';
import type { DirectoryDraft, InitAnswers } from '../../model/operations/init.ts';
import { loadConfiguration } from './configuration.ts';

export interface Proposal {
  readonly draft: DirectoryDraft;
  /** The text of the configuration file, which is valid. */
  readonly text: string;
}

/**
 * Connects to the directory as the answers say, and proposes a configuration. Writes nothing.
 * @param file where the text will be: relative paths in it start at its folder
 * @throws ConfigError for an answer that the configuration refuses; DirectoryError
 */
export async function proposeConfiguration(
  answers: InitAnswers,
  { file, env }: { readonly file: string; readonly env: NodeJS.ProcessEnv },
): Promise<Proposal> {
  const { settings } = await loadConfiguration({ file, env, text: draftText(answers) });
  const [directory] = settings.directories;
  if (directory === undefined) throw new Error('the draft has no directory');
  const draft = await exploreDirectory(directory, answers.base);
  const text = draftText(answers, draft);
  await loadConfiguration({ file, env, text });
  return { draft, text };
}
