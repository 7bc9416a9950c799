// Preloaded by a test: notes what importing a package does, and prints it as JSON when the process ends.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

const acts = new Set();
process.once('exit', () => process.stdout.write(JSON.stringify([...acts])));

const env = process.env;
Object.defineProperty(process, 'env', {
  value: new Proxy(env, {
    get: (target, name) => {
      if (typeof name === 'string') acts.add(`env ${name}`);
      return target[name];
    },
    has: (target, name) => {
      acts.add(`env ${String(name)}`);
      return name in target;
    },
    ownKeys: (target) => {
      acts.add('env *');
      return Reflect.ownKeys(target);
    },
  }),
});

const watch = (owner, name, describe) => {
  const original = owner[name];
  owner[name] = function (...args) {
    const act = describe(args);
    if (act !== undefined) acts.add(act);
    return original.apply(this, args);
  };
};

for (const name of Object.keys(fs)) {
  // Node.js itself loads CommonJS modules with functions of fs, so that the path has to tell whose act it is.
  if (typeof fs[name] === 'function' && /^(read|write|append|open|mkdir|rm|unlink|exists|create|copy)/.test(name)) {
    // A number is a file that is open already, so that its opening has told of it.
    watch(fs, name, ([path]) => (typeof path === 'number' ? undefined : `fs ${name} ${path}`));
  }
}
for (const name of ['setTimeout', 'setInterval', 'setImmediate']) watch(globalThis, name, () => `timer ${name}`);
watch(net.Socket.prototype, 'connect', () => 'net connect');
watch(net.Server.prototype, 'listen', () => 'net listen');
watch(process, 'on', ([event]) => `listen ${String(event)}`);
syncBuiltinESMExports();
