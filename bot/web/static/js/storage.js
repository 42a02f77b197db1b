// What the page remembers: per tab (session) or on this device (local). Works without storage, then forgets on reload.
const memory = { session: new Map(), local: new Map() };

function area(kind) {
  try {
    return kind === "local" ? window.localStorage : window.sessionStorage;
  } catch {
    return null;
  }
}

function read(kind, name) {
  try {
    return area(kind)?.getItem(`wenxu.${name}`) ?? memory[kind].get(name) ?? null;
  } catch {
    return memory[kind].get(name) ?? null;
  }
}

function write(kind, name, value) {
  if (value === null) memory[kind].delete(name);
  else memory[kind].set(name, value);
  try {
    if (value === null) area(kind)?.removeItem(`wenxu.${name}`);
    else area(kind)?.setItem(`wenxu.${name}`, value);
  } catch {
    // A full or forbidden storage: the copy in memory serves until the page is closed.
  }
}

export const kept = (name) => read("local", name);
export const keep = (name, value) => write("local", name, value);
export const recalled = (name) => read("session", name);
export const recall = (name, value) => write("session", name, value);

export function recalledJson(name, otherwise) {
  try {
    return JSON.parse(recalled(name)) ?? otherwise;
  } catch {
    return otherwise;
  }
}

export const recallJson = (name, value) => recall(name, JSON.stringify(value));
