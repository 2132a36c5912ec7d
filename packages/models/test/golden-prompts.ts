/** What the golden answers answer, greedily, in at most 64 tokens each. */
export const goldenPrompts = [
  'Name three colours of the rainbow.',
  'What is the capital of France?',
  'Write one sentence about the sea.',
  'Count from one to ten.',
] as const;
