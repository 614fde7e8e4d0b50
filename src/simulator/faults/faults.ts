import { type FaultName, type FaultScope, strikes, type Target } from '../fault.ts';

/** A fault that is set. */
export interface SetFault {
  /** What `clear` takes. */
  readonly id: string;
  readonly fault: FaultName;
  readonly scope: FaultScope;
}

/** The faults that are set now. */
export interface Faults {
  /** Sets a fault; one of the same name and scope is replaced. */
  set(fault: FaultName, scope: FaultScope): SetFault;
  /** Clears the fault of that id, every fault of that name, or all faults. Returns how many. */
  clear(idOrName?: string): number;
  list(): readonly SetFault[];
  /** The faults that strike a request, newest first; each that is limited in times is counted down. */
  strike(target: Target): readonly FaultName[];
}

interface Armed extends SetFault {
  left: number;
}

const NONE: readonly FaultName[] = [];

/** Starts without a fault. */
export function createFaults(): Faults {
  let armed: Armed[] = [];
  let lastId = 0;
  return {
    set(fault, scope) {
      const same = ({ fault: other, scope: otherScope }: Armed) =>
        fault === other && scopeKey(scope) === scopeKey(otherScope);
      lastId += 1;
      const added: Armed = {
        id: String(lastId),
        fault,
        scope,
        left: scope.times ?? Number.POSITIVE_INFINITY,
      };
      armed = [added, ...armed.filter((other) => !same(other))];
      return publicView(added);
    },
    clear(idOrName) {
      const before = armed.length;
      armed =
        idOrName === undefined ? [] : armed.filter(({ id, fault }) => id !== idOrName && fault !== idOrName);
      return before - armed.length;
    },
    list: () => armed.map(publicView),
    strike(target) {
      if (armed.length === 0) return NONE;
      const struck = armed.filter(({ fault, scope }) => strikes(fault, scope, target));
      for (const fault of struck) fault.left -= 1;
      if (struck.some(({ left }) => left <= 0)) armed = armed.filter(({ left }) => left > 0);
      return struck.map(({ fault }) => fault);
    },
  };
}

function publicView({ id, fault, scope }: Armed): SetFault {
  return { id, fault, scope };
}

function scopeKey({ account, source, repository, endpoint }: FaultScope): string {
  return JSON.stringify([account, source, repository, endpoint]);
}
