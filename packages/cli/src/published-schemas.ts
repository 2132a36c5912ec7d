import type { Json } from '@timelab/core';
import agent from '../../../schemas/agent.schema.json' with { type: 'json' };
import commit from '../../../schemas/commit.schema.json' with { type: 'json' };
import data from '../../../schemas/data.schema.json' with { type: 'json' };
import graph from '../../../schemas/graph.schema.json' with { type: 'json' };
import llm from '../../../schemas/llm-task.schema.json' with { type: 'json' };
import mining from '../../../schemas/mining-task.schema.json' with { type: 'json' };
import patterns from '../../../schemas/patterns.schema.json' with { type: 'json' };
import recordedModel from '../../../schemas/recorded-model.schema.json' with { type: 'json' };
import recording from '../../../schemas/recording.schema.json' with { type: 'json' };
import result from '../../../schemas/result.schema.json' with { type: 'json' };
import run from '../../../schemas/run.schema.json' with { type: 'json' };
import spec from '../../../schemas/spec.schema.json' with { type: 'json' };

/** The files of `schemas/` by name, for those who have the program and no clone of its sources. */
export const schemas: Readonly<Record<string, Json>> = {
  'agent.schema.json': agent,
  'commit.schema.json': commit,
  'data.schema.json': data,
  'graph.schema.json': graph,
  'llm-task.schema.json': llm,
  'mining-task.schema.json': mining,
  'patterns.schema.json': patterns,
  'recorded-model.schema.json': recordedModel,
  'recording.schema.json': recording,
  'result.schema.json': result,
  'run.schema.json': run,
  'spec.schema.json': spec,
};
