/** What a kind of failure is called, what it exits with, and the way out of it. */
interface ProblemKindInfo {
  readonly title: string;
  readonly hint: string;
  readonly exitCode: 64 | 65 | 70;
}

/**
 * Every failure timelab expects, one row each; `docs/reference/PROBLEMS.md` has a section for every row.
 * Exit codes follow BSD sysexits: 64 wrong call, 65 bad data, 70 anything else.
 */
export const problemKinds = {
  usage: { title: 'Wrong call', hint: 'See `timelab --help`.', exitCode: 64 },
  lab_not_found: {
    title: 'No lab here',
    hint: 'Make one with `timelab init`, or name one with `--lab DIR`.',
    exitCode: 64,
  },
  file_exists: { title: 'File exists', hint: 'Choose another name.', exitCode: 64 },
  spec_unreadable: {
    title: 'Spec cannot be read',
    hint: 'A spec is a JSON file in UTF-8, at most 1 MiB; `timelab new NAME` writes one to start from.',
    exitCode: 65,
  },
  spec_invalid: {
    title: 'Spec is not valid',
    hint: 'Mend the places named above; `timelab check FILE` says whether all is well.',
    exitCode: 65,
  },
  manifest_invalid: {
    title: 'Manifest is not valid',
    hint: 'run.json is written by timelab alone; restore it from git or delete the run folder.',
    exitCode: 65,
  },
  run_unknown: {
    title: 'No such run',
    hint: 'A run is named by its path, its id or at least 4 digits of that, or latest, latest~1, ….',
    exitCode: 65,
  },
  run_damaged: {
    title: 'Run is not as it was recorded',
    hint: 'Restore what is damaged from git or a backup; ledgers and links `timelab sync` makes again.',
    exitCode: 65,
  },
  lab_unsound: {
    title: 'Lab is not sound',
    hint: '`timelab doctor` names every error, with the way out below it.',
    exitCode: 65,
  },
  machine_unfit: {
    title: 'Machine is not fit',
    hint: '`timelab doctor` names every error, with the way out below it.',
    exitCode: 70,
  },
  run_ambiguous: {
    title: 'Several runs are called so',
    hint: 'Give more digits of the id, or the path of the run.',
    exitCode: 65,
  },
  code_unavailable: {
    title: 'Code cannot be had again',
    hint: '`timelab verify RUN` says what of the recorded state is missing; the commit may be in another clone.',
    exitCode: 65,
  },
  path_escapes: {
    title: 'Path leaves the lab',
    hint: 'Name a file inside the lab, relative to the spec.',
    exitCode: 65,
  },
  input_missing: {
    title: 'Input file cannot be read',
    hint: 'Paths in inputs.files are relative to the spec file.',
    exitCode: 65,
  },
  input_invalid: {
    title: 'Input file is not usable',
    hint: 'Give text in UTF-8, at most 1 MiB a file and 4 MiB in all.',
    exitCode: 65,
  },
  option_unsupported: {
    title: 'Option not supported by this model',
    hint: 'Leave the option out, or choose another backend; `timelab model show` says what it can do.',
    exitCode: 65,
  },
  prompt_too_long: {
    title: 'Prompt does not fit',
    hint: 'Shorten the prompt or its files, or raise config.context_length if the model allows it.',
    exitCode: 65,
  },
  validation_failed: {
    title: 'Answer failed its checks',
    hint: 'The answer is kept in the run folder; change the prompt or the checks.',
    exitCode: 65,
  },
  answer_differs: {
    title: 'Not the same answer',
    hint: 'The causes name what can explain it; --show shows the place in both answers.',
    exitCode: 65,
  },
  cannot_tell: {
    title: 'Cannot be told',
    hint: 'Mend what stands in the way, and repeat the run again.',
    exitCode: 65,
  },
  isolation_missing: {
    title: 'No isolation',
    hint: 'Install bubblewrap; or, to have helper programs run without, say TIMELAB_ISOLATION=none, which is recorded.',
    exitCode: 70,
  },
  network_denied: {
    title: 'Network not allowed',
    hint: 'Say "allow_net": true in the spec, or --allow-net, to reach hosts other than this machine.',
    exitCode: 70,
  },
  backend_unavailable: {
    title: 'Model server not reached',
    hint: 'Start it (`ollama serve`) or say where it is (OLLAMA_HOST, OPENAI_BASE_URL).',
    exitCode: 70,
  },
  backend_error: {
    title: 'Model server failed',
    hint: 'Its own log says more; run the spec again when it is well.',
    exitCode: 70,
  },
  backend_protocol: {
    title: 'Model server answered out of turn',
    hint: 'The answer was cut or garbled, so it was not recorded as one; check the server version.',
    exitCode: 70,
  },
  backend_timeout: {
    title: 'Model server was silent too long',
    hint: 'Try again, or raise TIMELAB_TIMEOUT (seconds without a byte).',
    exitCode: 70,
  },
  model_missing: {
    title: 'Model not here',
    hint: '`timelab model list` shows what can answer; `timelab model pull smollm2` or `ollama pull NAME` fetches.',
    exitCode: 70,
  },
  model_remote: {
    title: 'Model answers from another host',
    hint: 'Its name is local but its words are not: choose a local model, or say "allow_net": true.',
    exitCode: 70,
  },
  digest_missing: {
    title: 'Model has no digest',
    hint: 'The server did not say which weights answer, so no record could; update the server.',
    exitCode: 70,
  },
  digest_changed: {
    title: 'Model changed during the run',
    hint: 'The name pointed at other weights when the answer ended; run again.',
    exitCode: 70,
  },
  engine_missing: {
    title: 'Embedded engine not installed',
    hint: 'Add node-llama-cpp and its package for this platform beside timelab, or use ollama:NAME.',
    exitCode: 70,
  },
  engine_failed: {
    title: 'Embedded engine failed',
    hint: 'Check the weights with `timelab model show`, or use ollama:NAME.',
    exitCode: 70,
  },
  weights_invalid: {
    title: 'Weights are not what they should be',
    hint: 'Delete the file and fetch it again with `timelab model pull`.',
    exitCode: 70,
  },
  recording_missing: {
    title: 'No recorded answer',
    hint: 'Ask the model itself once, without --replay; its answer is then kept.',
    exitCode: 65,
  },
  recording_ambiguous: {
    title: 'Several models were recorded under this name',
    hint: 'Say whose answer is meant: `--from-run ID`, with the id of a run in which it was given.',
    exitCode: 64,
  },
  download_failed: {
    title: 'Download failed',
    hint: 'Check the network and that python3 has pip; nothing half-fetched was kept.',
    exitCode: 70,
  },
  repository_invalid: {
    title: 'Repository cannot be mined',
    hint: 'Give a git repository: a work tree, a bare repository, or a URL.',
    exitCode: 65,
  },
  commit_unknown: {
    title: 'No such commit',
    hint: '`git log` shows what is there; give an id, or enough of its first digits.',
    exitCode: 65,
  },
  remote_failed: {
    title: 'Remote repository could not be fetched',
    hint: 'Check its address and the network, then run this again: what was fetched is kept.',
    exitCode: 70,
  },
  tool_missing: {
    title: 'Helper program not here',
    hint: '`npm run setup` builds it; TIMELAB_RUST_EXTRACTOR and TIMELAB_PY_POST name other places; see `timelab doctor`.',
    exitCode: 70,
  },
  tool_failed: {
    title: 'Helper program failed',
    hint: 'The lines above are its own words; logs/log.jsonl of the run says how far it came.',
    exitCode: 70,
  },
  secrets_exposed: {
    title: 'Secrets can be read by others',
    hint: "`chmod 700 secrets` makes the folder its owner's alone.",
    exitCode: 65,
  },
  secrets_invalid: {
    title: 'Secrets cannot be read',
    hint: 'Write a line NAME=value for each, with quotes around values that have spaces or line ends in them.',
    exitCode: 65,
  },
  secret_missing: {
    title: 'Secret not here',
    hint: 'Write a line NAME=value into secrets/.env.lab, or set the variable for this command.',
    exitCode: 64,
  },
  secret_held: {
    title: 'A secret stands where it would be kept',
    hint: 'Write its name under "secrets" in place of its value, and have a new one made if it was shown to anybody.',
    exitCode: 65,
  },
  secret_found: {
    title: 'A secret got into a run',
    hint: 'The file was taken away. Please report how it was made: it went past the mask.',
    exitCode: 65,
  },
  disk_full: {
    title: 'Disk is full',
    hint: 'Free some space; finished runs are whole.',
    exitCode: 70,
  },
  disk_error: {
    title: 'Disk failed',
    hint: 'The lab could not be read or written; finished runs are whole. `timelab doctor` says what is wrong.',
    exitCode: 70,
  },
  read_only: {
    title: 'Lab cannot be written',
    hint: 'Check permissions and whether the file system is mounted read-only; `timelab doctor` says where.',
    exitCode: 70,
  },
  too_many_files: {
    title: 'Too many open files',
    hint: 'Raise the limit (`ulimit -n`) or run fewer things at once.',
    exitCode: 70,
  },
  interrupted: {
    title: 'Run was interrupted',
    hint: 'Its process ended before the run did; run the spec again.',
    exitCode: 70,
  },
  internal: {
    title: 'Bug in timelab',
    hint: 'Please report it with the lines above.',
    exitCode: 70,
  },
} as const satisfies Record<string, ProblemKindInfo>;
