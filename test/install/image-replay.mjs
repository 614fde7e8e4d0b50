/**
 * `npm run image-replay`: carries out the Dockerfile without Docker. Every COPY and RUN happens in an empty folder for
 * each stage; the Node.js of this machine, with the libraries it needs, stands in for the base image. Then the tree is
 * mounted read-only, and Headroom runs in it as the Dockerfile's user. Needs root (for the mounts) and the package registry.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { run, tryDemo } from './run-program.mjs';

const PROJECT = resolve(import.meta.dirname, '../..');
/** Where the base image has Node.js. */
const NODE = 'nodejs/bin/node';
/** The shared libraries of the base image that programs are linked to: glibc, libgcc and libstdc++. */
const BASE_LIBRARIES = /\/(?:ld-linux-[\w-]+|lib(?:c|m|dl|rt|pthread|gcc_s|stdc\+\+))\.so\.\d+$/;

/** Instructions in their order, continued lines joined. */
function readDockerfile(path) {
  const text = readFileSync(path, 'utf8')
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\\\n/g, ' ');
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [, name, rest] = /^\s*(\w+)\s+(.*)$/.exec(line);
      const flags = Object.fromEntries(
        [...rest.matchAll(/--([\w-]+)=(\S+)/g)].map(([, key, value]) => [key, value]),
      );
      return {
        name,
        flags,
        rest,
        words: rest
          .replace(/^(--\S+\s+)+/, '')
          .trim()
          .split(/\s+/),
      };
    });
}

/** Carries out one instruction in the folder of its stage. */
function carryOut({ name, flags, rest, words }, stage, stages) {
  if (name === 'WORKDIR') {
    stage.workdir = words[0];
    mkdirSync(join(stage.root, stage.workdir), { recursive: true });
  } else if (name === 'COPY') {
    const from = flags.from ? stages.get(flags.from).root : PROJECT;
    const to = words.at(-1);
    const target = to.startsWith('/') ? join(stage.root, to) : join(stage.root, stage.workdir, to);
    for (const source of words.slice(0, -1)) {
      const isFolder = to.endsWith('/');
      cpSync(join(from, source), isFolder ? join(target, source) : target, {
        recursive: true,
        verbatimSymlinks: true,
      });
    }
    if (flags.chown) chownSync(target, ...flags.chown.split(':').map(Number));
  } else if (name === 'RUN') {
    if (/(^|\s)\/\w/.test(rest)) throw new Error(`It names a path outside of WORKDIR: ${rest}`);
    run('sh', ['-ec', rest], {
      cwd: join(stage.root, stage.workdir),
      env: { ...process.env, TARGETARCH: architecture() },
    });
  } else if (name === 'USER') stage.user = words[0];
  else if (name === 'ENV') for (const [, key, value] of rest.matchAll(/(\w+)=(\S*)/g)) stage.env[key] = value;
  else if (name === 'ENTRYPOINT') stage.entrypoint = JSON.parse(rest);
  else if (name === 'HEALTHCHECK') stage.healthcheck = JSON.parse(/CMD (\[.*\])/.exec(rest)[1]);
}

function architecture() {
  return process.arch === 'arm64' ? 'arm64' : 'amd64';
}

function replay(folder) {
  const stages = new Map();
  let stage;
  for (const instruction of readDockerfile(join(PROJECT, 'Dockerfile'))) {
    if (instruction.name === 'FROM') {
      const name = /\sAS\s+(\S+)/i.exec(instruction.rest)?.[1] ?? 'final';
      stage = { root: join(folder, name), workdir: '/', env: {} };
      mkdirSync(stage.root);
      stages.set(name, stage);
    } else if (stage) carryOut(instruction, stage, stages);
  }
  return stage;
}

/** Copies what a link leads to. */
function copyInto(file, target) {
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(file, target);
  chmodSync(target, 0o755);
}

/** The stand-in for the base image: Node.js, the libraries that it and native modules load, and places to mount on. */
function addBase(root) {
  copyInto(process.execPath, join(root, NODE));
  const native = run('find', [join(root, 'app/node_modules'), '-name', '*.node'])
    .trim()
    .split('\n');
  for (const file of [process.execPath, ...native]) {
    for (const [, library] of run('ldd', [file]).matchAll(/(\/\S+) \(0x/g)) {
      if (!BASE_LIBRARIES.test(library))
        throw new Error(`The base image has no ${library}, which ${file} needs`);
      copyInto(library, join(root, library));
    }
  }
  for (const place of ['proc', 'tmp']) mkdirSync(join(root, place));
}

const folder = mkdtempSync(join(tmpdir(), 'headroom-image-'));
try {
  const image = replay(folder);
  const size = (path) => Number(run('du', ['-sk', join(image.root, path)]).split('\t')[0]) / 1024;
  console.log(
    `/app holds ${size('app').toFixed(1)} MB, of which node_modules ${size('app/node_modules').toFixed(1)} MB`,
  );
  for (const unwanted of ['app/src', 'app/test', 'app/node_modules/typescript', 'app/node_modules/.bin/tsc'])
    if (existsSync(join(image.root, unwanted))) throw new Error(`The image holds ${unwanted}`);
  addBase(image.root);
  if (spawnSync('id', ['-u'], { encoding: 'utf8' }).stdout.trim() !== '0') {
    console.log('Not root: it was not started on a read-only tree');
  } else await startReadOnly(image);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** In a mount namespace of its own: the tree read-only, /data and /tmp writable, as `docker run --read-only` does. */
async function startReadOnly({ root, user, env, entrypoint, healthcheck }) {
  const mounts = `mount --bind ${root} ${root} && mount -o remount,ro,bind ${root} &&
    mount -t proc proc ${root}/proc && mount -t tmpfs tmpfs ${root}/tmp &&
    mount -t tmpfs -o uid=${user.split(':')[0]} tmpfs ${root}/data &&
    exec chroot --userspec=${user} ${root} "$@"`;
  const args = ['--mount', 'sh', '-ec', mounts, 'sh', ...entrypoint];
  const options = { env: { ...env, PATH: process.env.PATH, HOME: '/tmp' } };
  const readyMs = await tryDemo('unshare', args, options, async (url, port, pid) => {
    const { status } = await fetch(url);
    if (status !== 200) throw new Error(`The page answers ${status}`);
    run('chroot', [`--userspec=${user}`, root, ...healthcheck], {
      env: { ...options.env, HEADROOM_LISTEN_ADDRESS: `127.0.0.1:${port}` },
    });
    const owner = /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1];
    if (owner !== user.split(':')[0]) throw new Error(`It runs as user ${owner}`);
    const write = spawnSync(
      'unshare',
      [...args.slice(0, 4), 'sh', entrypoint[0], '-e', "fs.writeFileSync('/app/x','')"],
      options,
    );
    if (write.status === 0) throw new Error('The tree can be written to');
  });
  console.log(
    `Started as ${user} on a read-only tree, ready after ${Math.round(readyMs)} ms; its health check passes`,
  );
}
