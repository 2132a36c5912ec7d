import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { whyNoInjection } from '../packages/store/test/fault-injection.ts';
import { commands } from './commands.ts';
import { needWeights } from './embedded-model.ts';
import { needHelpers } from './needed-helpers.ts';
import { binary, llmSpec, type Place, program, put, type Ran, temporaryFolder, temporaryLab } from './rig.ts';
import { scriptedModel } from './scripted-model.ts';

/** What a command and all that it started asked of the network, told apart by strace. */
interface Traffic extends Ran {
  /** Addresses off this machine that something was sent to, or a connection made. */
  readonly outside: readonly string[];
  /** Questions about names of hosts: to a server (port 53), or of the files and services by which one is chosen. */
  readonly lookups: readonly string[];
  /** Addresses of this machine. */
  readonly here: readonly string[];
}

const watched = 'connect,sendto,sendmsg,sendmmsg,open,openat';
/**
 * The C library reads host.conf(5) before it asks anybody for a host. Other signs are none: Node reads resolv.conf and hosts
 * when it starts, and nscd is asked for users as well, whose names git wants for its log.
 */
const resolvers = /^\/etc\/host\.conf$|^\/run\/systemd\/resolve|avahi|dbus/;

/** Runs `timelab` under strace, its children included, which have to be fenced themselves; words may stand before strace. */
async function traced(line: string, place: Place, before: readonly string[] = []): Promise<Traffic> {
  const log = join(await temporaryFolder(), 'strace');
  const strace = ['-f', '--seccomp-bpf', '-qq', '-s', '200', '-e', `trace=${watched}`, '-o', log];
  const words = line.split(' ').filter(Boolean);
  const [name = '', ...rest] = [...before, 'strace', ...strace, process.execPath, binary, ...words];
  const ran = await program(name, rest, place);
  const calls = (await readFile(log, 'utf8')).split('\n');
  const addresses = calls.flatMap((call) => addressIn(call) ?? []);
  const isLookup = (address: string) => /:53$/.test(address) || resolvers.test(address);
  const isHere = (address: string) => /^(127\.|::1:)/.test(address);
  return {
    ...ran,
    lookups: addresses.filter(isLookup),
    outside: addresses.filter((one) => !isLookup(one) && !isHere(one)),
    here: addresses.filter(isHere),
  };
}

/** The address of a call, as `host:port`, or the path that tells of a resolver; netlink, by which a fence is made, leads nowhere. */
function addressIn(call: string): string | undefined {
  const ip4 = /sin_port=htons\((\d+)\), sin_addr=inet_addr\("([\d.]+)"\)/.exec(call);
  if (ip4 !== null) return `${ip4[2]}:${ip4[1]}`;
  const ip6 = /sin6_port=htons\((\d+)\).*?inet_pton\(AF_INET6, "([^"]+)"/.exec(call);
  if (ip6 !== null) return `${ip6[2]}:${ip6[1]}`;
  const path = /(?:sa_family=AF_UNIX, sun_path=@?|open(?:at)?\((?:AT_FDCWD, )?)"([^"]*)"/.exec(call)?.[1];
  return path !== undefined && resolvers.test(path) ? path : undefined;
}

/** Nothing that is asked of the network in a namespace of its own leaves it; that it was asked is seen all the same. */
const nowhere = ['unshare', process.getuid?.() === 0 ? '--net' : '--net --map-root-user', '--'].flatMap(
  (words) => words.split(' '),
);

/** How each command is called; one that is not here is called by its name alone. */
const calls: Readonly<Record<string, readonly string[]>> = {
  init: ['init other'],
  new: ['new another'],
  check: ['check embedded.json served.json'],
  ai: ['ai --spec embedded.json', 'ai --spec served.json', 'ai --spec served.json --replay'],
  mine: ['mine --limit 3 --again'],
  summ: ['summ HEAD --model ollama:m'],
  repro: ['repro latest', 'repro latest~2'],
  verify: ['verify --all'],
  checkout: ['checkout latest ../there'],
  show: ['show latest'],
  diff: ['diff latest~1 latest'],
  model: ['model list', 'model show llamacpp:smollm2'],
  probe: ['probe llamacpp:smollm2 --once'],
  completion: ['completion bash'],
};

const why = whyNoInjection();

describe(`offline, by what the kernel is asked${why === undefined ? '' : ` ${why}`}`, () => {
  test('every command makes no connection off this machine, and asks for no name', async (context) => {
    if (why !== undefined) context.skip(why);
    await needWeights(context);
    needHelpers(context);
    const lab = await temporaryLab();
    const { env } = await scriptedModel();
    await put(lab, 'embedded.json', llmSpec({ config: { max_tokens: 4 } }));
    await put(lab, 'served.json', llmSpec({ config: { model: 'ollama:m' } }));
    const here: string[] = [];
    for (const line of commands.flatMap((command) => calls[command] ?? [command])) {
      const traffic = await traced(line, { cwd: lab, env });
      expect([line, traffic.outside, traffic.lookups]).toEqual([line, [], []]);
      expect([line, traffic.code, traffic.code === 0 ? '' : traffic.stderr]).toEqual([line, 0, '']);
      here.push(...traffic.here);
    }
    // The harness is not blind: the scripted server was asked.
    expect(here.length).toBeGreaterThan(5);
  });

  const elsewhere = [
    ['an address', { OLLAMA_HOST: 'http://192.0.2.1:11434' }, 'ollama:m'],
    ['a name', { OPENAI_BASE_URL: 'http://model.invalid/v1' }, 'openai:m'],
  ] as const;

  test.for(elsewhere)(
    'a server at %s is asked if that is allowed, and not otherwise',
    async ([, where, model], context) => {
      if (why !== undefined) context.skip(why);
      const lab = await temporaryLab();
      await put(lab, 'spec.json', llmSpec({ config: { model } }));
      const place = { cwd: lab, env: { ...where, TIMELAB_TIMEOUT: '1' } };
      const { code } = await program('unshare', [...nowhere.slice(1), 'true'], place);
      if (code !== 0) context.skip('no network namespaces here (unshare --net)');
      const denied = await traced('ai --spec spec.json', place, nowhere);
      expect(denied).toMatchObject({ code: 70, outside: [], lookups: [], here: [] });
      expect(denied.stderr).toContain('Network not allowed');
      const allowed = await traced('ai --spec spec.json --allow-net', place, nowhere);
      expect(allowed.code).toBe(70);
      expect([...allowed.outside, ...allowed.lookups]).not.toEqual([]);
    },
  );
});
