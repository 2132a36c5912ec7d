/** Who is told something of the environment: a program that says its version, the lab's git, a git that fetches, pip, Nix, timelab itself, the embedded engine. */
export type Child = 'any' | 'git' | 'fetch' | 'pip' | 'nix' | 'self' | 'engine';

const people: readonly Child[] = ['git', 'fetch', 'pip', 'nix', 'self', 'engine'];

/**
 * All that children may be told, with the reason: what is on no line here reaches none of them, whatever its name. Keys are
 * on no line but timelab's own; a git that fetches is given those that the spec names.
 */
const told: readonly (readonly [names: readonly string[], children: readonly Child[], why: string])[] = [
  [['PATH'], ['any', ...people], 'where programs are'],
  [
    ['LD_LIBRARY_PATH'],
    ['any', ...people],
    'where the libraries are of programs outside the system, as on clusters',
  ],
  [
    ['HOME', 'XDG_CONFIG_HOME'],
    people,
    "a person's configuration: ignored files, safe folders, mirrors, proxies",
  ],
  [['TMPDIR'], people, 'where temporary files go'],
  [['XDG_CACHE_HOME'], ['fetch', 'pip', 'self'], 'caches, and the socket of the credential cache of git'],
  [
    ['TZ', 'LANG', 'LC_ALL', 'LC_CTYPE'],
    ['engine'],
    'the zone and the letters that this very process goes by',
  ],
  [['USER', 'LOGNAME'], ['fetch'], 'the name that ssh logs in with'],
  [
    ['SSH_AUTH_SOCK', 'XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS'],
    ['fetch'],
    'agents that hold keys, and give none away',
  ],
  [
    ['KRB5CCNAME', 'GNUPGHOME'],
    ['fetch'],
    'where tickets and sealed passwords lie that credential helpers read',
  ],
  [
    [
      'http_proxy',
      'https_proxy',
      'all_proxy',
      'no_proxy',
      'HTTP_PROXY',
      'HTTPS_PROXY',
      'ALL_PROXY',
      'NO_PROXY',
    ],
    ['fetch', 'pip'],
    'the way out of this machine, where that was allowed',
  ],
  [
    ['SSL_CERT_FILE', 'SSL_CERT_DIR', 'NIX_SSL_CERT_FILE', 'CURL_CA_BUNDLE', 'REQUESTS_CA_BUNDLE'],
    ['fetch', 'pip'],
    'whose certificates are believed',
  ],
  [
    [
      ...[
        'PIP_INDEX_URL',
        'PIP_EXTRA_INDEX_URL',
        'PIP_FIND_LINKS',
        'PIP_NO_INDEX',
        'PIP_TRUSTED_HOST',
        'PIP_PROXY',
      ],
      ...[
        'PIP_CERT',
        'PIP_CLIENT_CERT',
        'PIP_CONFIG_FILE',
        'PIP_CACHE_DIR',
        'PIP_DEFAULT_TIMEOUT',
        'PIP_RETRIES',
      ],
      ...['VIRTUAL_ENV', 'PYTHONHOME', 'PYTHONPATH', 'PYTHONUSERBASE'],
    ],
    ['pip'],
    'which index pip asks, and which Python it is part of',
  ],
  [['NIX_CONF_DIR', 'NIX_USER_CONF_FILES', 'NIX_CONFIG'], ['nix'], 'which features of Nix are on'],
  [
    [
      ...['TIMELAB_MODELS', 'TIMELAB_CPU', 'TIMELAB_TIMEOUT', 'TIMELAB_NOW', 'TIMELAB_FLAKE'],
      ...['OLLAMA_HOST', 'OPENAI_BASE_URL', 'OPENAI_API_KEY', 'XDG_DATA_HOME', 'XDG_STATE_HOME'],
    ],
    ['self'],
    'what timelab itself goes by when a probe has it ask in a process of its own',
  ],
];

/** The names that a child of some kind is told, if they are set. */
export function namesTold(child: Child): string[] {
  return told.flatMap(([names, children]) => (children.includes(child) ? names : []));
}
