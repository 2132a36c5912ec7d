import { knowledgePlace, runPlaces } from '../places.ts';

/** What must be there when a day has been made; nothing that is there already is ever changed. */
export interface DayPlan {
  readonly day: string;
  /** Relative to the lab. */
  readonly folders: readonly string[];
  /** Files to write where there is none yet. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
}

/** Plans the tree of one day: a page about it, a place for what is asked, for what is answered and for what was learnt. */
export function planDay(day: string): DayPlan {
  const folders = [`${day}/ai-team/specs`, `${day}/analyzer/inputs`, `${day}/${knowledgePlace}`];
  return {
    day,
    folders: [...folders, ...Object.values(runPlaces).map((place) => `${day}/${place}`)],
    files: [
      { path: `${day}/README.md`, text: dayPage(day) },
      { path: `${day}/knowledge/notes.md`, text: `# Notes of ${dashed(day)}\n\n` },
    ],
  };
}

const dashed = (day: string) => day.replaceAll('/', '-');

function dayPage(day: string): string {
  return `# ${dashed(day)}

What was asked, answered and learnt on this day (UTC).

| folder | holds |
|---|---|
| \`ai-team/specs/\` | what people and agents ask: one JSON spec each |
| \`ai-team/artifacts/\` | what \`timelab ai\` answered: one folder a run |
| \`analyzer/inputs/\` | data to be analysed |
| \`analyzer/outputs/\` | what was mined and summarised: one folder a run |
| \`knowledge/notes.md\` | observations, in your own words |
| \`knowledge/graph/\` | what was linked to what |

\`runs.csv\` lists the runs of this day, and \`run.json\` is the record of the newest.
`;
}
