import type { CommandTable } from './command-table.ts';

/** Every command of `headroom`, in the order of the help text: what is needed most comes first. */
export const COMMANDS: CommandTable = {
  serve: {
    about: 'Poll Docker Hub, export metrics and show the page; what runs without a command',
    load: async () => (await import('./serve.ts')).serve,
  },
  plan: {
    about: 'Count what a rollout will cost, and say whether it fits what is left',
    load: async () => (await import('./plan.ts')).plan,
  },
  check: {
    about: 'Ask once what is left, with exit codes for Nagios and pipelines',
    load: async () => (await import('./check.ts')).check,
  },
  wait: {
    about: 'Wait until so many pulls are left, before a pipeline starts',
    load: async () => (await import('./wait.ts')).wait,
  },
  forecast: {
    about: 'Foresee from an exported history when a bucket runs dry, and when it is full again',
    load: async () => (await import('./forecast.ts')).forecast,
  },
  diagnose: {
    about: 'Show what Docker Hub really answers, secrets masked, to paste into a bug report',
    load: async () => (await import('./diagnose.ts')).diagnose,
  },
  alerts: {
    about: 'Send a sample to a receiver of alerts, and see what it answers',
    load: async () => (await import('./alerts.ts')).alerts,
  },
  simulate: {
    about: 'Run a Docker Hub of your own on this machine, and control it',
    load: async () => (await import('./simulate.ts')).simulate,
  },
  demo: {
    about: 'Show everything on a simulated Docker Hub, without a network',
    load: async () => (await import('./demo.ts')).demo,
  },
  health: {
    about: 'Ask a running Headroom on this machine whether it is alive, for health checks',
    load: async () => (await import('./health.ts')).health,
  },
  completion: {
    about: 'Print what lets bash, zsh or fish complete a command line of headroom',
    load: async () => (await import('./completion.ts')).completion,
  },
};
