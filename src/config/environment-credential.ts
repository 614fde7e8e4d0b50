import { environmentInput } from './environment.ts';
import type { Input, MapInput } from './input.ts';
import type { Scope } from './scope.ts';

/** The variables of the simple case, named as other Docker Hub tools name them, with Docker's `_FILE` twin. */
const USERNAME = 'DOCKERHUB_USERNAME';
const PASSWORD = 'DOCKERHUB_PASSWORD';
const PASSWORD_FILE = 'DOCKERHUB_PASSWORD_FILE';

/** The credential that stands in the environment, as if it stood in the file; it is named after its user. */
export function environmentCredential({ env, report }: Scope): MapInput | undefined {
  const username = environmentInput(env, USERNAME);
  const password = environmentInput(env, PASSWORD);
  const passwordFile = environmentInput(env, PASSWORD_FILE);
  const secret = password ?? passwordFile;
  if (!username && !secret) return undefined;
  const allowed = `${USERNAME} with ${PASSWORD} or ${PASSWORD_FILE}`;
  if (password && passwordFile)
    report({ place: passwordFile.place, message: `${PASSWORD} is set too`, allowed });
  if (!secret && username) report({ place: username.place, message: 'The password is missing', allowed });
  if (!username && secret) report({ place: secret.place, message: 'The user name is missing', allowed });
  if (!username || !secret) return undefined;
  const entries: [string, Input][] = [
    ['name', username],
    ['username', username],
    [password ? 'password' : 'password_file', secret],
  ];
  return {
    kind: 'map',
    place: username.place,
    entries: new Map(entries.map(([key, input]) => [key, { keyPlace: input.place, input }])),
  };
}
