import { inspect } from 'node:util';
import { REDACTED } from '../kit/secret.ts';
import { type CommandContext, EXIT } from './command.ts';
import { readBuildInfo } from './package-facts.ts';

/** Names of environment variables whose values are secrets. */
const SECRET_NAME = /PASSWORD|TOKEN|SECRET|WEBHOOK|_KEY$/i;
/** Shorter values are no secrets; masking them would garble the text. */
const MIN_SECRET = 4;

/**
 * Reports an error that Headroom has no answer to, with what a bug report needs. Logins in URLs and the values of
 * environment variables that hold secrets are masked.
 * @returns the exit code, 4
 */
export function reportUnforeseen(
  error: unknown,
  { env, stderr }: Pick<CommandContext, 'env' | 'stderr'>,
): number {
  const { version, revision, nodeVersion } = readBuildInfo(env);
  const told = error instanceof Error ? (error.stack ?? error.message) : inspect(error);
  stderr.write(`Headroom itself failed, by an unforeseen error:
${maskSecrets(told, env)}

Please report it: send the lines above, the command line without passwords, and the files that it read, if you may
show them. This is headroom ${version} (revision ${revision}, node ${nodeVersion}) on ${process.platform} ${process.arch}.
`);
  return EXIT.unforeseen;
}

function maskSecrets(text: string, env: CommandContext['env']): string {
  const secrets = Object.entries(env)
    .filter(([name]) => SECRET_NAME.test(name))
    .flatMap(([, value]) => (value !== undefined && value.length >= MIN_SECRET ? value : []));
  const masked = secrets.reduce((rest, secret) => rest.replaceAll(secret, '<secret>'), text);
  return masked.replace(/\/\/[^\s/@]{1,500}@/g, `//${REDACTED}@`);
}
